import {
	base64Of,
	bytesOf,
	bytesOfBase64,
	bytesOfHex,
	hexOf,
} from "../../bytes.ts";
import type { Message } from "../../contract/signing.ts";
import { advice } from "../../generated/advice.ts";
import { digestOf } from "../../signing/algorithms.ts";
import { keyed, sameBytes, sha256 } from "../../signing/digests.ts";
import type { Cause } from "../advice.ts";
import {
	bytesIn,
	type Guess,
	type Known,
	signing,
	unlessRight,
} from "../guess.ts";

type KeyOf = (secret: string, key: Uint8Array) => string | Uint8Array;

const texts = {
	trimmed: (secret) => secret.trim(),
	newline: (secret) => `${secret}\n`,
	doubleQuotes: (secret) => `"${secret}"`,
	singleQuotes: (secret) => `'${secret}'`,
	withoutPrefix,
	lower: (secret) => secret.toLowerCase(),
	upper: (secret) => secret.toUpperCase(),
	space: (secret) => `${secret} `,
	cut: (secret) => secret.slice(0, 32),
} satisfies Readonly<Record<string, (secret: string) => string>>;

/** What one would do to a text, and not to bytes. */
const ofText = {
	inBase64: (_, key) => base64Of(key),
	inHex: (_, key) => hexOf(key),
} satisfies Readonly<Record<string, KeyOf>>;

/** An empty key is none. */
const keys = {
	base64Decoded: bytesOfBase64,
	base64Behind: (secret) => bytesOfBase64(withoutPrefix(secret)),
	hexDecoded: bytesOfPairs,
	text: (secret) => secret,
	withoutPrefix,
	hashed: (secret) => sha256(secret),
	hashedInHex: (secret) => hexOf(sha256(secret)),
	...ofText,
} satisfies Readonly<Record<string, KeyOf>>;

interface Row {
	readonly cause: Cause;
	readonly what: string;
	readonly rare?: boolean;
	/** This one, whatever the secret is. */
	readonly key?: string;
	readonly how?: keyof typeof texts | keyof typeof keys;
}

/** By which key a receiver computes the digest. */
export function guessSecret(
	{ signer, secrets = [] }: Known,
	sample: Message,
): Guess[] {
	/** By another secret, which is a key as the right one is. */
	const by = (of: (secret: string) => string) => ({
		...signing(signer, {
			digest: (content, { secret }, recipe) =>
				bytesIn(signer.over(content, of(secret)), recipe),
		}),
		sign: (message: Message) =>
			unlessRight(signer, message, { secrets: message.secrets.map(of) }),
	});
	const [first] = signer.recipe(sample)?.signatures ?? [];
	const isText = first && sameBytes(first.key, bytesOf(first.secret));
	const signingOf = ({ cause, how, key = "" }: Row) => {
		if (how === undefined) return signedBy(signer, () => key, true);
		return cause === "secret-text"
			? by(texts[how as keyof typeof texts])
			: signedBy(signer, keys[how as keyof typeof keys]);
	};
	return [
		...secrets.map(
			({ what, secret }): Guess => ({
				cause: "secret-other",
				verb: "uses",
				what,
				...by(() => secret),
				sign: (message) =>
					message.secrets.includes(secret)
						? undefined
						: unlessRight(signer, message, { secrets: [secret] }),
			}),
		),
		...(advice.keys as readonly Row[])
			.filter(({ cause, how = "" }) =>
				isText ? cause !== "secret-not-decoded" : !(how in ofText),
			)
			.map((row): Guess => {
				const { cause, what, rare } = row;
				return { cause, verb: "uses", what, rare, ...signingOf(row) };
			}),
	];
}

function signedBy(
	signer: Known["signer"],
	of: KeyOf,
	mayBeEmpty = false,
): Pick<Guess, "sign" | "otherwise"> {
	const keyOf = (secret: string, key: Uint8Array) =>
		bytesOf(of(secret, key) as string);
	return signing(signer, {
		content: (parts, _, { secret, key }) =>
			parts.map(({ name, value }) =>
				name === "secret" ? keyOf(secret, key) : value,
			),
		digest(content, { secret, key }, { algorithm }) {
			const other = keyOf(secret, key);
			if (sameBytes(other, key) || (other.length === 0 && !mayBeEmpty))
				return undefined;
			if (algorithm === "sha256") return sha256(content);
			const digest = digestOf[algorithm];
			return digest && keyed(digest, other, [content]);
		},
	});
}

/** Empty unless the text is pairs of hex digits, with or without dashes. */
function bytesOfPairs(text: string): Uint8Array {
	const digits = text.replaceAll("-", "");
	return bytesOfHex(/^(?:[0-9a-f]{2})+$/i.test(digits) ? digits : "");
}

/** Standard Webhooks has its secrets begin with `whsec_`. */
function withoutPrefix(secret: string): string {
	return secret.replace(/^[a-z]+_/, "");
}
