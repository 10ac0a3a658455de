import {
	base64Of,
	bytesOf,
	bytesOfBase64,
	bytesOfHex,
	hexOf,
} from "../../bytes.ts";
import type { Message } from "../../contract/signing.ts";
import { advice } from "../../generated/advice.ts";
import { traitsOf } from "../../signing/algorithms.ts";
import { keyed, sameBytes, sha256 } from "../../signing/digests.ts";
import { type Row, replacedBy } from "../advice.ts";
import { type Guess, type Known, type Otherwise, withPart } from "../guess.ts";

type KeyOf = (secret: string, key: Uint8Array) => string | Uint8Array;

/** An empty key is none. */
const ways = {
	lower: (secret) => secret.toLowerCase(),
	upper: (secret) => secret.toUpperCase(),
	base64Decoded: bytesOfBase64,
	/** Standard Webhooks has its secrets begin with `whsec_`. */
	base64Behind: (secret) => bytesOfBase64(secret.replace(/^[a-z]+_/, "")),
	hexDecoded: bytesOfPairs,
	hashed: (secret) => sha256(secret),
	hashedInHex: (secret) => hexOf(sha256(secret)),
	inBase64: (_, key) => base64Of(key),
	inHex: (_, key) => hexOf(key),
} satisfies Readonly<Record<NonNullable<Row<"Key">["how"]>, KeyOf>>;

export function guessSecret(
	{ signer, secrets = [] }: Known,
	sample: Message,
): Guess[] {
	const [first] = signer.recipe(sample)?.signatures ?? [];
	const isText = first && sameBytes(first.key, bytesOf(first.secret));
	const ofKey = isText ? "text" : "bytes";
	return [
		...secrets.map(
			({ what, secret }): Guess => ({
				cause: "secret-other",
				what,
				message: ({ secrets }) =>
					secrets.includes(secret) ? {} : { secrets: [secret] },
			}),
		),
		...(advice.keys as readonly Row<"Key">[])
			.filter(({ of = ofKey }) => of === ofKey)
			.map((row): Guess => {
				const { cause, what, rare, how, text } = row;
				const keyOf: KeyOf = (secret, key) =>
					text ?? (how ? ways[how](secret, key) : replacedBy(row, secret));
				return {
					...{ cause, what, rare },
					...(cause === "secret-text"
						? inPlace((secret) => keyOf(secret, noKey) as string)
						: keyedBy(keyOf, text !== undefined)),
				};
			}),
	];
}

const noKey = new Uint8Array();

/** By another secret, which is a key as the right one is. */
const inPlace = (of: (secret: string) => string): Otherwise => ({
	message: ({ secrets }) => ({ secrets: secrets.map(of) }),
});

function keyedBy(of: KeyOf, mayBeEmpty: boolean): Otherwise {
	const keyOf = (secret: string, key: Uint8Array) =>
		bytesOf(of(secret, key) as string);
	return {
		content: (parts, _, { secret, key }) =>
			withPart(parts, "secret", keyOf(secret, key)),
		digest(content, { secret, key }, { algorithm }) {
			const other = keyOf(secret, key);
			if (sameBytes(other, key) || (other.length === 0 && !mayBeEmpty))
				return undefined;
			if (algorithm === "sha256") return sha256(content);
			const digest = traitsOf[algorithm]?.digest;
			return digest && keyed(digest, other, [content]);
		},
	};
}

/** Empty unless the text is pairs of hex digits, with or without dashes. */
function bytesOfPairs(text: string): Uint8Array {
	const digits = text.replaceAll("-", "");
	return bytesOfHex(/^(?:[0-9a-f]{2})+$/i.test(digits) ? digits : "");
}
