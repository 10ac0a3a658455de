import type { Failure } from "../../contract/failure.ts";
import type {
	Caller,
	Context,
	ProviderRequest,
	UnsignedRequest,
} from "../../contract/operation.ts";
import { sameText } from "../../signing/same-text.ts";
import type { OpenFormat } from "./shape.ts";

const wellFormed = /^[\x21-\x7e]{8,256}$/;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const credential = {
	form: "an API key of 8 to 256 visible ASCII characters (OpenFormat's own are UUIDs)",
	example: "3f0c9c1e-5b7a-4d62-9a41-8c2f7e6d1b05",
};

/** An unusable API key as a sentence. */
export function checkCredential(key: string): string | undefined {
	return wellFormed.test(key) ? undefined : `it is not ${credential.form}`;
}

/** Every key is one of the same account, so a receiver of `--receiver` is verified with the secret any caller sees. */
export function authenticate(
	request: ProviderRequest,
	context: Context<OpenFormat>,
): Caller | Failure {
	const given = request.headers["x-api-key"];
	if (given === undefined || given === "")
		return refused("The X-API-KEY header is missing. Send your API key in it.");
	// A header given twice is joined as Node joins it: the space makes it no key.
	const key = Array.isArray(given) ? given.join(", ") : given;
	if (context.credentials.length > 0) {
		const matches = context.credentials.filter((pinned) =>
			sameText(pinned, key),
		);
		return matches.length > 0
			? { key }
			: refused("The API key in X-API-KEY is not one that is accepted here.");
	}
	if (context.options.keys === "uuid" && !uuid.test(key))
		return refused("The API key in X-API-KEY is not a UUID.");
	return wellFormed.test(key)
		? { key }
		: refused(`The value of X-API-KEY is not ${credential.form}.`);
}

export function authorize(
	_request: UnsignedRequest,
	key: string,
): Record<string, string> {
	return { "x-api-key": key };
}

function refused(reason: string): Failure {
	return { kind: "unauthenticated", reason };
}
