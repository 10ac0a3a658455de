import { bytesOfHex } from "../../bytes.ts";
import type { Signer } from "../../contract/signing.ts";
import { keyedSha256, sha256 } from "../../signing/digests.ts";
import { hmac } from "../../signing/hmac.ts";
import type { OpenFormat } from "./shape.ts";

export const signatureHeader = "x-openformat-signature";

type Formula = OpenFormat["options"]["formula"];

type Digest = (
	secret: string,
	content: readonly (string | Uint8Array)[],
) => Uint8Array;

/**
 * The formulas that fit what is published: base64 of something over the body and the secret.
 * https://docs.openformat.tech/architecture/notifications
 */
const formulas: Readonly<Record<Formula, Digest | undefined>> = {
	"hmac-text-key": undefined,
	"hmac-bytes-key": (secret, content) =>
		keyedSha256(uuidBytes(secret), ...content),
	"sha256-secret-body": (secret, content) => sha256(secret, ...content),
	"sha256-body-secret": (secret, content) => sha256(...content, secret),
};

/** OpenFormat's signature, as far as it is known; the day its formula is, this file changes and nothing else. */
export function signer(formula: Formula): Signer {
	const digest = formulas[formula];
	return hmac({
		header: signatureHeader,
		encoding: "base64",
		content: (body) => [withinBraces(body)],
		...(digest && { digest }),
	});
}

/** From the first `{` to the last `}`, both included: white space around the object is not signed. */
function withinBraces(body: Uint8Array): Uint8Array {
	const first = body.indexOf(0x7b);
	return first === -1
		? new Uint8Array()
		: body.subarray(first, body.lastIndexOf(0x7d) + 1);
}

function uuidBytes(secret: string): Uint8Array {
	return bytesOfHex(secret.replaceAll("-", ""));
}
