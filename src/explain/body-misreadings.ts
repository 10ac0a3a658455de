import { bytesOf, joined, textOf } from "../bytes.ts";
import { sameBytes } from "../signing/digests.ts";

/** What a receiver may take for the body. */
export interface Misreading {
	readonly name: "reserialised-json" | "newline" | "charset";
	/** Goes on from "The receiver". */
	readonly does: string;
	readonly body: Uint8Array;
}

/** The likeliest first; what leaves the body as it is is not among them. */
export function misreadingsOf(body: Uint8Array): Misreading[] {
	const text = textOf(body);
	const misreadings: Misreading[] = [
		...rewritings(body, text),
		{
			name: "newline",
			does: "hashes the body with a newline behind it",
			body: joined([body, "\n"]),
		},
		{
			name: "newline",
			does: "hashes the body without the white space around it",
			// No expression for its end, which would start at each space anew.
			body: bytesOf(text.replace(/^[ \t\r\n]+/, "").trimEnd()),
		},
		{
			name: "charset",
			does: "decodes the body as Latin-1, which changes every letter beyond ASCII",
			body: bytesOf(latin1(body)),
		},
		{
			name: "charset",
			does: "decodes the body as text, which loses a byte order mark and whatever is no UTF-8",
			body: bytesOf(new TextDecoder().decode(body)),
		},
	];
	return misreadings.filter((each) => !sameBytes(each.body, body));
}

/** Not `TextDecoder`, whose Latin-1 is Windows-1252. */
function latin1(bytes: Uint8Array): string {
	return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}

/** How programs write JSON anew that they have read: by the code that does it. */
const jsonWriters: Readonly<Record<string, (text: string) => string>> = {
	"JSON.stringify(JSON.parse(body))": (text) =>
		JSON.stringify(JSON.parse(text)),
	"json.dumps(json.loads(body))": (text) => rewritten(text, " ", ascii),
	"JSON.stringify(JSON.parse(body), null, 2)": (text) =>
		JSON.stringify(JSON.parse(text), null, 2),
	"json_encode(json_decode($body))": (text) =>
		rewritten(text, "", (value) => ascii(value).replaceAll("/", "\\/")),
	"json.dumps(json.loads(body), separators=(',', ':'))": (text) =>
		rewritten(text, "", ascii),
};

function rewritings(body: Uint8Array, text: string): Misreading[] {
	try {
		JSON.parse(text);
	} catch {
		return [];
	}
	return Object.entries(jsonWriters).flatMap(([code, write]) => {
		const other = bytesOf(write(text));
		if (sameBytes(other, body)) return [];
		const difference = describeDifference(body, other);
		const does = `hashes JSON that it has read and written anew, as ${code} does: ${difference}`;
		return { name: "reserialised-json" as const, does, body: other };
	});
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]]|[,:]|[^\s"{}[\],:]+/g;

/** Token by token: JavaScript has no other way to keep a number such as 10.0 as it stands, which other languages do. */
function rewritten(
	text: string,
	afterSeparator: string,
	stringOf: (value: string) => string,
): string {
	const parts = (text.match(token) ?? []).map((part) => {
		if (part === "," || part === ":") return part + afterSeparator;
		return part.startsWith('"') ? stringOf(JSON.parse(part)) : part;
	});
	return parts.join("");
}

function ascii(value: string): string {
	return JSON.stringify(value).replace(
		/[\u007f-\uffff]/g,
		(letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}

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
		!" \t\r\n,:{}[]".includes(String.fromCharCode(bytes[i] as number));
	let [start, end] = [at, at];
	while (isWithin(start - 1)) start--;
	while (isWithin(end)) end++;
	return excerpt(bytes, start, end);
}

function excerpt(bytes: Uint8Array, start: number, end: number): string {
	return textOf(bytes.subarray(Math.max(0, start), end));
}
