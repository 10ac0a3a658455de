import {
	base64Of,
	bytesOf,
	bytesOfBase64,
	bytesOfHex,
	hexOf,
} from "../../bytes.ts";
import type { Message } from "../../contract/signing.ts";
import { digestOf } from "../../signing/algorithms.ts";
import { keyed, sameBytes, sha256 } from "../../signing/digests.ts";
import { adviceOn, type Cause } from "../advice.ts";
import {
	type Guess,
	type Headers,
	type Known,
	rightHeaders,
	sameHeaders,
	signedOtherwise,
} from "../guess.ts";

type Key = string | Uint8Array;

const asInFile = "with quotes around it, as an .env file has them";

const texts: readonly [
	what: string,
	of: (secret: string) => string,
	rare?: true,
][] = [
	["without the white space around it", (secret) => secret.trim()],
	["with a newline behind it, as a file has one", (secret) => `${secret}\n`],
	[asInFile, (secret) => `"${secret}"`],
	[asInFile, (secret) => `'${secret}'`],
	["without its prefix", withoutPrefix],
	["in lower case", (secret) => secret.toLowerCase(), true],
	["in upper case", (secret) => secret.toUpperCase(), true],
	["with a space behind it", (secret) => `${secret} `, true],
	["cut behind 32 characters", (secret) => secret.slice(0, 32), true],
];

/** An empty key is none. */
const keys: readonly [
	cause: Cause,
	what: string,
	of: (secret: string, key: Uint8Array) => Key,
	rare?: true,
][] = [
	["secret-decoded", "the secret decoded from base64", bytesOfBase64],
	[
		"secret-decoded",
		"the secret decoded from base64, behind its prefix",
		(secret) => bytesOfBase64(withoutPrefix(secret)),
	],
	["secret-decoded", "the secret decoded from hex", bytesOfPairs],
	[
		"secret-not-decoded",
		"the text of the secret for the key",
		(secret) => secret,
	],
	[
		"secret-not-decoded",
		"the text of the secret behind its prefix for the key",
		withoutPrefix,
	],
	["secret-decoded", "the secret in base64", inBase64, true],
	["secret-decoded", "the secret in hex", inHex, true],
	[
		"secret-decoded",
		"the SHA-256 of the secret for the key",
		(secret) => sha256(secret),
		true,
	],
	[
		"secret-decoded",
		"the hex digits of the secret's SHA-256 for the key",
		(secret) => hexOf(sha256(secret)),
		true,
	],
];

/** What one would do to a text, and not to bytes. */
const ofText: readonly unknown[] = [inBase64, inHex];

const nothings: readonly [what: string, key: string, rare?: true][] = [
	["an empty key, as where a variable is not set", ""],
	['the key "undefined"', "undefined"],
	['the key "None"', "None"],
	['the key "null"', "null", true],
];

/** By which key a receiver computes the digest. */
export function guessSecret(
	{ signer, secrets = [], language }: Known,
	sample: Message,
): Guess[] {
	const uses = (
		cause: Cause,
		what: string,
		sign: Guess["sign"],
		rare?: true,
	): Guess => ({
		cause,
		verb: "uses",
		what,
		instead: adviceOn(cause, {}, language),
		...(rare && { rare }),
		sign,
	});
	const by = (of: (secret: string) => string) => (message: Message) =>
		unlessRight(message, { ...message, secrets: message.secrets.map(of) });
	function unlessRight(message: Message, other: Message): Headers | undefined {
		const headers = rightHeaders(signer, other);
		const right = rightHeaders(signer, message);
		return headers && right && !sameHeaders(headers, right)
			? headers
			: undefined;
	}
	const [first] = signer.recipe(sample)?.signatures ?? [];
	const isText = first && sameBytes(first.key, bytesOf(first.secret));
	return [
		...secrets.map(({ what, secret }) =>
			uses("secret-other", what, (message) =>
				message.secrets.includes(secret)
					? undefined
					: unlessRight(message, { ...message, secrets: [secret] }),
			),
		),
		...texts.map(([what, of, rare]) =>
			uses("secret-text", `the secret ${what}`, by(of), rare),
		),
		...keys
			.filter(([cause, , of]) =>
				isText ? cause !== "secret-not-decoded" : !ofText.includes(of),
			)
			.map(([cause, what, of, rare]) =>
				uses(cause, what, signedBy(signer, of), rare),
			),
		...nothings.map(([what, key, rare]) =>
			uses(
				"secret-empty",
				what,
				signedBy(signer, () => key, true),
				rare,
			),
		),
	];
}

function signedBy(
	signer: Known["signer"],
	of: (secret: string, key: Uint8Array) => Key,
	mayBeEmpty = false,
): Guess["sign"] {
	return (message) => {
		const keyOf = (secret: string, key: Uint8Array) =>
			bytesOf(of(secret, key) as string);
		return signedOtherwise(signer, message, {
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
	};
}

/** Empty unless the text is pairs of hex digits, with or without dashes. */
function bytesOfPairs(text: string): Uint8Array {
	const digits = text.replaceAll("-", "");
	return bytesOfHex(/^(?:[0-9a-f]{2})+$/i.test(digits) ? digits : "");
}

function inHex(_: string, key: Uint8Array): string {
	return hexOf(key);
}

function inBase64(_: string, key: Uint8Array): string {
	return base64Of(key);
}

/** Standard Webhooks has its secrets begin with `whsec_`. */
function withoutPrefix(secret: string): string {
	return secret.replace(/^[a-z]+_/, "");
}
