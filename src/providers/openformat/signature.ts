import type { Signer } from "../../contract/signing.ts";
import type { Scheme } from "../../signing/scheme.ts";
import { createSigner } from "../../signing/signer.ts";
import type { OpenFormat } from "./shape.ts";

export const signatureHeader = "x-openformat-signature";

type Formula = OpenFormat["options"]["formula"];

/**
 * The formulas that fit what is published: base64 of something over the body and the secret.
 * https://docs.openformat.tech/architecture/notifications
 */
const formulas: Readonly<Record<Formula, Omit<Scheme, "headers">>> = {
	"hmac-text-key": {},
	"hmac-bytes-key": { key: { encoding: "hex" } },
	"sha256-secret-body": { algorithm: "sha256", content: "{secret}{body}" },
	"sha256-body-secret": { algorithm: "sha256", content: "{body}{secret}" },
};

/** OpenFormat's signature, as far as it is known; the day its formula is, this file changes and nothing else. */
export function signer(formula: Formula): Signer {
	const headers = { [signatureHeader]: "{signatures}" };
	const scheme = { ...formulas[formula], encoding: "base64", headers } as const;
	return createSigner(scheme, withinBraces);
}

/** From the first `{` to the last `}`, both included: white space around the object is not signed. */
function withinBraces(body: Uint8Array): Uint8Array {
	const first = body.indexOf(0x7b);
	return first === -1
		? new Uint8Array()
		: body.subarray(first, body.lastIndexOf(0x7d) + 1);
}
