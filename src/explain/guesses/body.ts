import { base64Of, bytesOf, textOf } from "../../bytes.ts";
import type { Message } from "../../contract/signing.ts";
import { adviceOn, type Cause } from "../advice.ts";
import { type Guess, hashing, type Known } from "../guess.ts";
import { jsonWriters } from "./json-writers.ts";

/** What a receiver takes for the body; undefined: it cannot be of this one. */
type Misreading = (body: Uint8Array) => string | Uint8Array | undefined;

type Row = readonly [
	cause: Cause,
	what: string,
	of: Misreading,
	rare?: boolean,
];

const rows: readonly Row[] = [
	...Object.entries(jsonWriters).map(
		([code, write], i): Row => [
			"body-reserialised",
			`JSON that was read and written anew, as by ${code}`,
			ofJson(write),
			i > 8,
		],
	),
	["body-lost", "an empty body, as where it has been read before", () => ""],
	["body-lost", '"{}", as where no parser has read the body', () => "{}"],
	["body-lost", '"[]", as from PHP\'s $_POST', () => "[]"],
	["body-lost", '"[object Object]"', () => "[object Object]"],
	["body-lost", '"undefined"', () => "undefined", true],
	["body-lost", '"null"', () => "null", true],
	["body-lost", '"None"', () => "None", true],
	["body-text", "the text b'...' that Python writes for bytes", pythonBytes],
	["body-text", "the body in base64, as AWS Lambda has it", base64Of],
	["body-text", "the JSON of a Buffer", jsonOfBuffer],
	[
		"body-text",
		"the body as one JSON string, written by JSON.stringify",
		(body) => JSON.stringify(textOf(body)),
	],
	[
		"body-whitespace",
		"the body with a newline behind it",
		(body) => joinedText(body, "\n"),
	],
	[
		"body-whitespace",
		"the body without the white space around it",
		// No expression for its end, which would start at each space anew.
		(body) =>
			textOf(body)
				.replace(/^[ \t\r\n]+/, "")
				.trimEnd(),
	],
	[
		"body-whitespace",
		"the body with CR LF behind it",
		(body) => joinedText(body, "\r\n"),
		true,
	],
	[
		"body-whitespace",
		"the body with its CR LF made LF",
		(body) => textOf(body).replaceAll("\r\n", "\n"),
		true,
	],
	[
		"body-whitespace",
		"the body without any white space",
		(body) => textOf(body).replaceAll(/\s/g, ""),
		true,
	],
	[
		"body-charset",
		"the body decoded as Latin-1, which changes every letter beyond ASCII",
		latin1,
	],
	[
		"body-charset",
		'the body\'s text with the encoding "binary", which cuts every letter beyond ASCII',
		(body) => lowBytes(textOf(body)),
	],
	[
		"body-charset",
		"the body decoded as text, which loses a byte order mark and whatever is no UTF-8",
		(body) => new TextDecoder().decode(body),
	],
	[
		"body-charset",
		"the body without what is beyond ASCII",
		(body) => body.filter((byte) => byte < 0x80),
	],
	[
		"body-charset",
		'the body with "?" for each letter beyond ASCII',
		(body) => textOf(body).replaceAll(/[^\0-\x7f]/gu, "?"),
		true,
	],
	...[65_536, 16_384, 8192, 4096, 2048, 1024].map(
		(limit): Row => [
			"body-cut",
			`the first ${limit} bytes of the body`,
			(body) => (body.length > limit ? body.subarray(0, limit) : undefined),
		],
	),
	["body-cut", "the first line of the body", firstLine],
	[
		"body-whitespace",
		"the white space around the body too",
		(body) => body,
		true,
	],
];

/** What is taken for the body. @param sample what the body holds of its own is looked up in it */
export function guessBody(
	{ signer, language }: Known,
	sample: Message,
): Guess[] {
	const members = membersOf(sample.body).map(
		(name): Row => [
			"body-cut",
			`the body's ${JSON.stringify(name)} alone`,
			ofJson((text) => {
				const member = (JSON.parse(text) as Record<string, unknown>)[name];
				return typeof member === "object" ? JSON.stringify(member) : text;
			}),
			true,
		],
	);
	return [...rows, ...members].map(([cause, what, misread, rare]) => {
		return {
			cause,
			what,
			instead: adviceOn(cause, {}, language),
			...(rare && { rare: true }),
			...hashing(signer, (_, message, { secret }) => {
				const read = misread(message.body);
				if (read === undefined) return undefined;
				const body = typeof read === "string" ? bytesOf(read) : read;
				// What else is made of the body is made of this one.
				const recipe = signer.recipe({ ...message, body, secrets: [secret] });
				return recipe?.signatures[0]?.parts.map(({ name, value }) =>
					name === "body" ? body : value,
				);
			}),
		};
	});
}

const mostMembers = 6;

/** The names of what is an object or a list within a JSON body. */
function membersOf(body: Uint8Array): string[] {
	try {
		const value: unknown = JSON.parse(textOf(body));
		return Object.entries(Object(value))
			.filter(([, member]) => Object.keys(Object(member)).length > 1)
			.map(([name]) => name)
			.slice(0, mostMembers);
	} catch {
		return [];
	}
}

function ofJson(write: (text: string) => string): Misreading {
	return (body) => {
		try {
			const text = textOf(body);
			JSON.parse(text);
			return write(text);
		} catch {
			// It is no JSON, or nested too deep.
			return undefined;
		}
	};
}

function joinedText(body: Uint8Array, end: string): Uint8Array {
	const longer = new Uint8Array(body.length + end.length);
	longer.set(body);
	longer.set(bytesOf(end), body.length);
	return longer;
}

/** Not `TextDecoder`, whose Latin-1 is Windows-1252. */
function latin1(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** The low byte of each UTF-16 unit. */
function lowBytes(text: string): Uint8Array {
	return Uint8Array.from(
		{ length: text.length },
		(_, i) => text.charCodeAt(i) & 0xff,
	);
}

/** https://docs.python.org/3/library/stdtypes.html#bytes */
function pythonBytes(body: Uint8Array): string {
	const text = latin1(body);
	const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
	const names: Readonly<Record<string, string>> = {
		"\n": "\\n",
		"\r": "\\r",
		"\t": "\\t",
		"\\": "\\\\",
		[quote]: `\\${quote}`,
	};
	// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it writes as escapes
	const inner = text.replaceAll(/[\0-\x1f\\'"\x7f-\xff]/g, (letter) =>
		letter === "'" || letter === '"'
			? (names[letter] ?? letter)
			: (names[letter] ??
				`\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`),
	);
	return `b${quote}${inner}${quote}`;
}

/** https://nodejs.org/api/buffer.html#buftojson */
function jsonOfBuffer(body: Uint8Array): string {
	return JSON.stringify({ type: "Buffer", data: [...body] });
}

function firstLine(body: Uint8Array): Uint8Array | undefined {
	const end = body.indexOf(0x0a);
	return end === -1 || end === body.length - 1
		? undefined
		: body.subarray(0, end);
}
