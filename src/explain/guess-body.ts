import { bytesOf, joined, textOf } from "../bytes.ts";
import { sameBytes } from "../signing/digests.ts";
import type { Genuine } from "./genuine.ts";
import { jsonStyles } from "./json-style.ts";
import type { Guess } from "./mistake.ts";

const raw =
	'Hash the bytes as they came, before any JSON middleware: express.raw({ type: "*/*" }), a Fastify parser with ' +
	"parseAs: buffer, request.arrayBuffer().";

interface Misread {
	readonly name: Guess["name"];
	readonly body: Uint8Array;
	readonly sentence: string;
}

/** Mistakes in what the receiver takes for the body. */
export function guessBody({ body, overBody }: Genuine): Guess[] {
	const text = textOf(body);
	const misread: Misread[] = [
		...rewritten(body, text),
		{
			name: "newline",
			body: joined([body, "\n"]),
			sentence: "The receiver hashes the body with a newline behind it.",
		},
		{
			name: "newline",
			body: bytesOf(trimmed(text)),
			sentence:
				"The receiver hashes the body without the white space around it.",
		},
		{
			name: "charset",
			body: bytesOf(latin1(body)),
			sentence:
				"The receiver decodes the body as Latin-1, which changes every letter beyond ASCII.",
		},
		{
			name: "charset",
			body: bytesOf(new TextDecoder().decode(body)),
			sentence:
				"The receiver decodes the body as text, which loses a byte order mark and whatever is no UTF-8.",
		},
	];
	return misread
		.filter((each) => !sameBytes(each.body, body))
		.map(({ name, sentence, body: other }) => ({
			name,
			sentence: `${sentence} ${raw}`,
			headers: () => overBody(other),
		}));
}

function rewritten(body: Uint8Array, text: string): Misread[] {
	return jsonStyles.flatMap(({ code, write }) => {
		const other = attempted(() => bytesOf(write(text)));
		if (other === undefined || sameBytes(other, body)) return [];
		const difference = describeDifference(body, other);
		const sentence = `The receiver hashes JSON that it has read and written anew, as ${code} does: ${difference}.`;
		return [{ name: "reserialised-json", body: other, sentence }];
	});
}

function latin1(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** undefined: the body is not JSON. */
function attempted<T>(make: () => T): T | undefined {
	try {
		return make();
	} catch {
		return undefined;
	}
}

/** Without the white space around it that JSON allows; an expression for its end would start at each space anew. */
function trimmed(text: string): string {
	const blank = " \t\r\n";
	let [start, end] = [0, text.length];
	while (start < end && blank.includes(text.charAt(start))) start++;
	while (end > start && blank.includes(text.charAt(end - 1))) end--;
	return text.slice(start, end);
}

const delimiters = new Set(
	Array.from(" \t\r\n,:{}[]", (each) => each.charCodeAt(0)),
);
/** How far around the first difference is looked. */
const reach = 16;

/** The first place where two bodies differ, as `"10.0" becomes "10" at byte 12`. They do differ. */
export function describeDifference(one: Uint8Array, other: Uint8Array): string {
	const differs = one.findIndex((byte, i) => byte !== other[i]);
	const at = differs === -1 ? one.length : differs;
	const words = [wordAt(one, at), wordAt(other, at)];
	const shown = words.includes("")
		? [one, other].map((bytes) => excerpt(bytes, at - 2, at + 6))
		: words;
	const [before, after] = shown.map((text) => JSON.stringify(text));
	return `${before} becomes ${after} at byte ${at}`;
}

/** Empty between words. */
function wordAt(bytes: Uint8Array, at: number): string {
	const isWithin = (i: number) =>
		i >= 0 &&
		i < bytes.length &&
		Math.abs(i - at) < reach &&
		!delimiters.has(bytes[i] as number);
	let [start, end] = [at, at];
	while (isWithin(start - 1)) start--;
	while (isWithin(end)) end++;
	return excerpt(bytes, start, end);
}

function excerpt(bytes: Uint8Array, start: number, end: number): string {
	return textOf(bytes.subarray(Math.max(0, start), end));
}
