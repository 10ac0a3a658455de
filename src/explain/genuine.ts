import { base64Of, base64urlOf, bytesOf, hexOf, joined } from "../bytes.ts";
import type { Message, Signer } from "../contract/signing.ts";
import { LocalhookError } from "../errors.ts";
import { digestOf } from "../signing/algorithms.ts";
import { keyed, sameBytes } from "../signing/digests.ts";

export type Headers = Readonly<Record<string, string>>;
export type Genuine = ReturnType<typeof genuineOf>;

/** How a digest can be written. */
export const encodings = {
	hex: hexOf,
	HEX: (bytes: Uint8Array) => hexOf(bytes).toUpperCase(),
	base64: base64Of,
	base64url: base64urlOf,
	"base64 of its hex digits": (bytes: Uint8Array) =>
		base64Of(bytesOf(hexOf(bytes))),
};

/** A delivery whose signature is right, and the ways to sign it otherwise. @param sent its headers */
export function genuineOf(sent: Headers, message: Message, signer: Signer) {
	const { header, timestampHeader } = signer;
	// Not what it was sent with: sent again as it was, that may be of another time.
	const headers: Headers = { ...sent, ...signer.sign(message) };
	const signature = headers[header] ?? "";
	const digests = digestsOf(signer, message);

	function withSignature(value: string): Headers {
		return { ...headers, [header]: value };
	}
	/** With other digests in the places of its own. */
	function withDigests(other: (digest: Digest, i: number) => string): Headers {
		return withSignature(
			digests.reduce(
				(value, digest, i) => value.replace(digest.text, other(digest, i)),
				signature,
			),
		);
	}
	return {
		...message,
		signer,
		headers,
		signature,
		/** undefined: the provider signs no time. */
		timestamp: timestampHeader && headers[timestampHeader],
		/** Within the signature, newest secret first; none: not an HMAC that can be computed here. */
		digests,
		/** What is hashed before the body; undefined: not that, then the body as it stands. */
		prefix: prefixOf(message.body, digests[0]?.content),
		withSignature,
		withDigests,
		/** By the provider's own rule, of other things. The timestamp that is shown stays. */
		signed(changes: Partial<Message>): Headers {
			try {
				return withSignature(
					signer.sign({ ...message, ...changes })[header] ?? "",
				);
			} catch (error) {
				// What is no key of the scheme signs nothing, so no receiver can have it.
				if (error instanceof LocalhookError) return headers;
				throw error;
			}
		},
		/** By the provider's own rule, at another time. */
		resigned: (at: number) => signer.sign({ ...message, at }),
		/** The same keys over other bytes altogether. */
		over: (...content: (string | Uint8Array)[]) =>
			withDigests(({ key, by, encode }) => encode(by(key, joined(content)))),
	};
}

function prefixOf(
	body: Uint8Array,
	content?: Uint8Array,
): Uint8Array | undefined {
	const end = (content?.length ?? 0) - body.length;
	if (content === undefined || end < 0) return undefined;
	return sameBytes(content.subarray(end), body)
		? content.subarray(0, end)
		: undefined;
}

type Digest = ReturnType<typeof digestsOf>[number];

function digestsOf(signer: Signer, message: Message) {
	const recipe = signer.recipe(message);
	if (recipe === undefined) return [];
	const digest = digestOf[recipe.algorithm];
	if (digest === undefined) return [];
	const encode = encodings[recipe.encoding];
	const by = (key: Uint8Array, content: Uint8Array) =>
		keyed(digest, key, [content]);
	return recipe.signatures.map(({ key, content }) => {
		const bytes = by(key, content);
		return { key, by, content, bytes, text: encode(bytes), encode };
	});
}
