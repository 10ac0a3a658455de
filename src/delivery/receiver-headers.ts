import { base64Of } from "../bytes.ts";
import type { Signer } from "../contract/signing.ts";
import { invalidOption, type LocalhookError } from "../errors.ts";
import { framingHeaders } from "../generated/tables.ts";

export type Headers = Readonly<Record<string, string>>;

const framing: readonly string[] = framingHeaders;

/**
 * The headers that the user adds to every delivery, by lower-case name. A gateway in front of a receiver wants them.
 * No message quotes a value: values are secrets.
 */
export function checkedReceiverHeaders(given: Headers): Headers {
	return Object.fromEntries(
		Object.entries(given).map(([name, value]) => {
			const text = typeof value === "string" ? value.trim() : value;
			const problem = problemOf(name, text);
			if (problem !== undefined) throw refusal(name, problem);
			return [name.toLowerCase(), text];
		}),
	);
}

export function isHeader(name: string, value: unknown): boolean {
	return problemOf(name, value) === undefined;
}

function problemOf(given: string, value: unknown): string | undefined {
	const name = given.toLowerCase();
	if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || name === "__proto__")
		return "it is not a header name. Use letters, digits and hyphens, such as x-gateway-key";
	if (framing.includes(name))
		return "it says how a request is sent, which localhook decides. Leave it out";
	if (typeof value !== "string" || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value))
		return "its value has a line break, another control character or a character beyond Latin-1, or is not text. Encode the value first, for example as base64";
	return undefined;
}

/** A signature is always the provider's. */
export function refuseSignatureHeaders(
	headers: Headers,
	signers: readonly (Pick<Signer, "header" | "timestampHeader"> & {
		readonly provider: string;
	})[],
): void {
	for (const { provider, header, timestampHeader } of signers)
		for (const own of [header, timestampHeader])
			if (own !== undefined && Object.hasOwn(headers, own.toLowerCase()))
				throw refusal(
					own.toLowerCase(),
					`it is a part of the signature of ${provider}. Choose another name. To send a wrong signature, use --sign`,
				);
}

function refusal(name: string, problem: string): LocalhookError {
	const shown = JSON.stringify(name.slice(0, 100));
	return invalidOption(`Invalid receiver header ${shown}: ${problem}.`);
}

/**
 * What a delivery to a URL carries beside the provider's own headers: the URL's user and password as Basic
 * authentication, and what the user adds; undefined: nothing. Of two for one name the URL's is the more specific.
 */
export function headersOfReceiver(
	{ username, password }: URL,
	added: Headers = {},
): Headers | undefined {
	if (username === "" && password === "")
		return Object.keys(added).length === 0 ? undefined : added;
	// A parsed URL has percent-encoded UTF-8 there: https://www.rfc-editor.org/rfc/rfc7617#section-2.1
	const bytes = percentDecoded(`${username}:${password}`);
	return { ...added, authorization: `Basic ${base64Of(bytes)}` };
}

/** Of ASCII text. An escape that is none stays as it is, as in a URL. */
function percentDecoded(text: string): Uint8Array {
	const latin1 = text.replaceAll(/%([\da-f]{2})/gi, (_, hex: string) =>
		String.fromCharCode(Number.parseInt(hex, 16)),
	);
	return Uint8Array.from(latin1, (character) => character.charCodeAt(0));
}

/** The provider's own headers, and those of the receiver whose name is not among them in any case. */
export function withReceiverHeaders(own: Headers, receivers: Headers): Headers {
	const taken = new Set(Object.keys(own).map((name) => name.toLowerCase()));
	const added = Object.entries(receivers).filter(([name]) => !taken.has(name));
	return added.length === 0 ? own : { ...own, ...Object.fromEntries(added) };
}
