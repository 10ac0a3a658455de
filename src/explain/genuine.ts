import { base64Of, base64urlOf, bytesOf, hexOf, joined } from "../bytes.ts";
import type { Signer } from "../contract/signing.ts";
import { keyedSha256, sameBytes } from "../signing/digests.ts";
import type { Headers } from "./mistake.ts";

/** How a digest can be written. */
export const encodings = {
	hex: hexOf,
	HEX: (bytes: Uint8Array) => hexOf(bytes).toUpperCase(),
	base64: base64Of,
	base64url: base64urlOf,
	"base64 of its hex digits": (bytes: Uint8Array) =>
		base64Of(bytesOf(hexOf(bytes))),
};

/** A delivery whose signature is right, and the ways to sign it otherwise. */
export interface Genuine {
	readonly body: Uint8Array;
	/** When it was signed, epoch milliseconds. */
	readonly at: number;
	readonly secrets: readonly string[];
	readonly signer: Signer;
	readonly headers: Headers;
	/** The value of the signature's header. */
	readonly signature: string;
	/** The value of the timestamp's header; undefined: the provider signs no time. */
	readonly timestamp: string | undefined;
	/** The digests within the signature, newest secret first; none: not an HMAC that can be computed here. */
	readonly digests: readonly Digest[];
	/** What is hashed before the body; undefined: not that, then the body as it stands. */
	readonly prefix: Uint8Array | undefined;
	/** Signed by the provider's own rule, of other things. `at` does not change the timestamp that is shown. */
	signed(changes: {
		readonly secrets?: readonly string[];
		readonly at?: number;
	}): Headers;
	/** The provider's rule over another body. */
	overBody(body: Uint8Array): Headers;
	/** The same keys over other bytes altogether. */
	over(content: Uint8Array): Headers;
	/** With other digests in the places of its own. */
	withDigests(other: (digest: Digest, i: number) => string): Headers;
	withSignature(value: string): Headers;
}

export interface Digest {
	/** The secret as bytes. */
	readonly key: Uint8Array;
	readonly content: Uint8Array;
	readonly bytes: Uint8Array;
	/** As it stands in the signature. */
	readonly text: string;
	encode(bytes: Uint8Array): string;
}

/** @param headers what the delivery was sent with */
export function genuineOf(
	headers: Headers,
	body: Uint8Array,
	secrets: readonly string[],
	at: number,
	signer: Signer,
): Genuine {
	const message = { body, secrets, at };
	// Not what it was sent with: sent again as it was, that may be of another time.
	const own = { ...headers, ...signer.sign(message) };
	const { header, timestampHeader } = signer;
	const signature = own[header] ?? "";
	const withSignature = (value: string): Headers => ({
		...own,
		[header]: value,
	});
	const digests = digestsOf(signer, message);
	const prefix = prefixOf(digests, body);
	const withDigests: Genuine["withDigests"] = (other) =>
		withSignature(
			digests.reduce(
				(value, digest, i) => value.replace(digest.text, other(digest, i)),
				signature,
			),
		);
	const over = (content: Uint8Array) =>
		withDigests(({ key, encode }) => encode(keyedSha256(key, content)));
	return {
		body,
		at,
		secrets,
		signer,
		headers: own,
		signature,
		timestamp: timestampHeader && own[timestampHeader],
		digests,
		prefix,
		signed: (changes) =>
			withSignature(signer.sign({ ...message, ...changes })[header] ?? ""),
		overBody: (other) =>
			prefix === undefined
				? withSignature(signer.sign({ ...message, body: other })[header] ?? "")
				: over(joined([prefix, other])),
		over,
		withDigests,
		withSignature,
	};
}

function prefixOf(
	[first]: readonly Digest[],
	body: Uint8Array,
): Uint8Array | undefined {
	const end = (first?.content.length ?? 0) - body.length;
	if (first === undefined || end < 0) return undefined;
	const { content } = first;
	return sameBytes(content.subarray(end), body)
		? content.subarray(0, end)
		: undefined;
}

function digestsOf(
	signer: Signer,
	message: Parameters<Signer["recipe"]>[0],
): readonly Digest[] {
	const recipe = signer.recipe(message);
	if (recipe === undefined) return [];
	const encode = encodings[recipe.encoding];
	return recipe.hmacs.map(({ secret, content }) => {
		const key = bytesOf(secret);
		const bytes = keyedSha256(key, content);
		return { key, content, bytes, text: encode(bytes), encode };
	});
}
