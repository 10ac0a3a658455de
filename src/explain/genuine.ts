import type { Signer } from "../contract/signing.ts";
import { encodings, hmacSha256, joined, sameBytes, utf8 } from "./bytes.ts";
import type { Headers } from "./mistake.ts";

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
	overBody(body: Uint8Array): Promise<Headers>;
	/** The same keys over other bytes altogether. */
	over(content: Uint8Array): Promise<Headers>;
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
export async function genuineOf(
	headers: Headers,
	body: Uint8Array,
	secrets: readonly string[],
	at: number,
	signer: Signer,
): Promise<Genuine> {
	const message = { body, secrets, at };
	// Not what it was sent with: sent again as it was, that may be of another time.
	const own = { ...headers, ...signer.sign(message) };
	const { header, timestampHeader } = signer;
	const signature = own[header] ?? "";
	const withSignature = (value: string): Headers => ({
		...own,
		[header]: value,
	});
	const digests = await digestsOf(signer, message);
	const prefix = prefixOf(digests, body);
	const withDigests: Genuine["withDigests"] = (other) =>
		withSignature(
			digests.reduce(
				(value, digest, i) => value.replace(digest.text, other(digest, i)),
				signature,
			),
		);
	async function over(content: Uint8Array): Promise<Headers> {
		const texts = await Promise.all(
			digests.map(async ({ key, encode }) =>
				encode(await hmacSha256(key, content)),
			),
		);
		return withDigests((_, i) => texts[i] ?? "");
	}
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
		overBody: async (other) =>
			prefix === undefined
				? withSignature(signer.sign({ ...message, body: other })[header] ?? "")
				: over(joined(prefix, other)),
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

async function digestsOf(
	signer: Signer,
	message: Parameters<Signer["recipe"]>[0],
): Promise<readonly Digest[]> {
	const recipe = signer.recipe(message);
	if (recipe === undefined) return [];
	const encode = encodings[recipe.encoding];
	return Promise.all(
		recipe.hmacs.map(async ({ secret, content }) => {
			const key = utf8(secret);
			const bytes = await hmacSha256(key, content);
			return { key, content, bytes, text: encode(bytes), encode };
		}),
	);
}
