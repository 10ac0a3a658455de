import { bytesOf, bytesOfBase64, bytesOfHex } from "../bytes.ts";
import { sameBytes } from "../signing/digests.ts";
import { misreadingsOf } from "./body-misreadings.ts";
import { encodings, type Genuine, type Headers } from "./genuine.ts";

/** What receivers get wrong when they check a signature. */
export type MistakeName =
	| "not-genuine" // the delivery itself does not verify
	| "route" // it was called where it has no route
	| "timestamp-age"
	| "reserialised-json"
	| "newline"
	| "charset"
	| "digest-encoding"
	| "signature-prefix"
	| "one-signature"
	| "secret-text"
	| "secret-decoded"
	| "secret-not-decoded"
	| "timestamp";

/** One mistake in one form, and what a receiver that makes it would accept. */
export interface Guess {
	readonly name: MistakeName;
	/** Goes on from "The receiver". */
	readonly does: string;
	/** What to do now. */
	readonly instead: string;
	/** The delivery's headers, signed as that receiver expects. Those of a right signature: it does no harm here. */
	headers(): Headers;
}

/** The likeliest first. @param now the receiver's time */
export function guessesAt(
	genuine: Genuine,
	now: () => number,
): readonly Guess[] {
	return [
		...guessAge(genuine, now),
		...guessBody(genuine),
		...guessEncoding(genuine),
		...guessPrefix(genuine),
		...guessOneOfSeveral(genuine),
		...guessTimestamp(genuine, now),
		...guessSecretText(genuine),
		...guessSecretDecoded(genuine),
		...guessSecretNotDecoded(genuine),
	];
}

/** The receiver finds a right signature too old, or too far ahead. */
function guessAge(
	{ timestamp, at, headers, resigned }: Genuine,
	now: () => number,
): Guess[] {
	if (timestamp === undefined) return [];
	// Who tolerates less than a minute, tests a receiver that does.
	if (Math.abs(now() - at) < 60_000) return [];
	return [
		{
			name: "timestamp-age",
			does: `finds the signature too old or too far ahead: it was made at ${iso(at)}, and the receiver's clock shows ${iso(now())}`,
			instead:
				"Give the receiver the time of localhook's clock, or let that clock begin now and turn it by less than the receiver tolerates.",
			headers: () => ({
				...headers,
				// Not of this moment: who hashes the own time in its place would accept that too.
				...resigned(now() - 10_000),
			}),
		},
	];
}

function guessBody({ body, prefix, signed, over }: Genuine): Guess[] {
	return misreadingsOf(body).map(({ name, does, body: other }) => ({
		name,
		does,
		instead:
			'Hash the bytes as they came, before any JSON middleware: express.raw({ type: "*/*" }), a Fastify parser with ' +
			"parseAs: buffer, request.arrayBuffer().",
		// The rule of some providers reads the body as JSON, and would not tell it from the other one.
		headers: () =>
			prefix === undefined ? signed({ body: other }) : over(prefix, other),
	}));
}

function guessEncoding({ digests, signer, withDigests }: Genuine): Guess[] {
	const [first] = digests;
	if (first === undefined) return [];
	const ways = Object.entries(encodings);
	const [sent] =
		ways.find(([, encode]) => encode(first.bytes) === first.text) ?? [];
	return ways
		.filter(([name]) => name !== sent)
		.map(([name, encode]) => ({
			name: "digest-encoding",
			does: `compares ${signer.header} with the digest in ${name}, and it is in ${sent}`,
			instead: `Write the digest in ${sent} before comparing.`,
			headers: () => withDigests(({ bytes }) => encode(bytes)),
		}));
}

function guessPrefix(genuine: Genuine): Guess[] {
	const { digests, signature, withSignature } = genuine;
	const { header } = genuine.signer;
	const [first] = digests;
	if (first === undefined) return [];
	const own = signature.slice(0, signature.indexOf(first.text));
	const whole: Guess = {
		name: "signature-prefix",
		does: `compares the whole value of ${header} with a bare digest, and the value begins with "${own}"`,
		instead: "Take the digests out of the value before comparing.",
		headers: () => withSignature(first.text),
	};
	const others = ["sha256=", "v1="].filter((prefix) => prefix !== own);
	return [
		...(own === "" ? [] : [whole]),
		...others.map(
			(prefix): Guess => ({
				name: "signature-prefix",
				does: `looks for a digest behind "${prefix}" in ${header}, where the value ${own === "" ? "is the digest alone" : `has "${own}"`}`,
				instead: "Compare with what the provider sends.",
				headers: () => withSignature(prefix + first.text),
			}),
		),
	];
}

/** While a secret is rolled, each of two signs. */
function guessOneOfSeveral({ secrets, signer, signed }: Genuine): Guess[] {
	if (secrets.length < 2) return [];
	return secrets.map((secret, i) => ({
		name: "one-signature",
		does: `takes ${signer.header} for one signature, and it holds ${secrets.length} while a secret is rolled: the receiver accepts ${i === 0 ? "the new secret's" : "the previous secret's"} alone`,
		instead: "Compare with each of them.",
		headers: () => signed({ secrets: [secret] }),
	}));
}

/** Mistakes in what the receiver puts before the body, when the provider signs the time too. */
function guessTimestamp(genuine: Genuine, now: () => number): Guess[] {
	const { timestamp, signer, at, prefix, body, over, signed } = genuine;
	if (timestamp === undefined || prefix === undefined) return [];
	const [before, separator, ...rest] = new TextDecoder()
		.decode(prefix)
		.split(timestamp);
	// What is hashed is not a timestamp, then the body.
	if (before === undefined || separator === undefined || rest.length > 0)
		return [];
	const seconds = Math.floor(at / 1000);
	const behind = (other: string) => () => over(other, body);
	const timed = (time: string | number) =>
		behind(`${before}${time}${separator}`);
	const forms: readonly [does: string, headers: () => Headers][] = [
		["leaves the timestamp out of what it hashes", behind("")],
		['puts "." between timestamp and body', behind(`${before}${timestamp}.`)],
		['puts ":" between timestamp and body', behind(`${before}${timestamp}:`)],
		['puts "" between timestamp and body', behind(before + timestamp)],
		["hashes the time in milliseconds", timed(at)],
		["hashes the time in milliseconds", timed(`${seconds}000`)],
		["hashes the time in seconds", timed(seconds)],
		["hashes the time as an ISO date", timed(iso(at))],
		["hashes the time as an ISO date", timed(iso(seconds * 1000))],
		[
			"hashes its own time in place of the one that was sent",
			() => signed({ at: now() }),
		],
	];
	return forms.map(([does, headers]) => ({
		name: "timestamp",
		does,
		instead: `Put the text of ${signer.timestampHeader} as it was sent${separator === "" ? "" : ` and "${separator}"`} before the body.`,
		headers,
	}));
}

const asText = "The key is the text of the secret as it stands, in UTF-8.";
const quotedInFile = "with quotes around it, as an .env file has them";

const otherTexts: readonly [what: string, of: (secret: string) => string][] = [
	["without the white space around it", (secret) => secret.trim()],
	["with a newline behind it, as a file has one", (secret) => `${secret}\n`],
	[quotedInFile, (secret) => `"${secret}"`],
	[quotedInFile, (secret) => `'${secret}'`],
	["without its prefix", withoutPrefix],
	["in lower case", (secret) => secret.toLowerCase()],
	["in upper case", (secret) => secret.toUpperCase()],
];

function guessSecretText({ secrets, signed }: Genuine): Guess[] {
	return otherTexts
		.filter(([, of]) => secrets.some((secret) => of(secret) !== secret))
		.map(([what, of]) => ({
			name: "secret-text",
			does: `has the secret ${what}`,
			instead: asText,
			headers: () => signed({ secrets: secrets.map(of) }),
		}));
}

/** An empty key is none. */
const decodings: readonly [
	from: string,
	key: (secret: string) => Uint8Array,
][] = [
	["base64", bytesOfBase64],
	[
		"base64, behind its prefix",
		(secret) => bytesOfBase64(withoutPrefix(secret)),
	],
	["hex", bytesOfPairs],
];

/** The secret's text read as what it looks like. */
function guessSecretDecoded(genuine: Genuine): Guess[] {
	const { secrets, digests, withDigests } = genuine;
	return decodings.flatMap(([from, keyOf]) => {
		const keys = secrets.map(keyOf);
		if (digests.length === 0 || keys.some(({ length }) => length === 0))
			return [];
		return {
			name: "secret-decoded",
			does: `decodes the secret from ${from}`,
			instead: asText,
			headers: () =>
				withDigests(({ by, content, encode }, i) =>
					encode(by(keys[i] as Uint8Array, content)),
				),
		};
	});
}

/** The text of a secret that stands for other bytes. */
function guessSecretNotDecoded(genuine: Genuine): Guess[] {
	const { secrets, digests, withDigests } = genuine;
	const keys = secrets.map(bytesOf);
	if (digests.every(({ key }, i) => sameBytes(key, keys[i] as Uint8Array)))
		return [];
	return [
		{
			name: "secret-not-decoded",
			does: "takes the text of the secret for the key",
			instead: "Decode the secret first, without its prefix.",
			headers: () =>
				withDigests(({ by, content, encode }, i) =>
					encode(by(keys[i] as Uint8Array, content)),
				),
		},
	];
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

function iso(time: number): string {
	return new Date(time).toISOString();
}
