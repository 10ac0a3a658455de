import { textOf } from "../bytes.ts";
import { inQuotes } from "../printing.ts";

const reach = 16;

/** The first place where two bodies differ, as `"10.0" becomes "10" at byte 12`. They do differ. */
export function describeDifference(one: Uint8Array, other: Uint8Array): string {
	const differs = one.findIndex((byte, i) => byte !== other[i]);
	const at = differs === -1 ? one.length : differs;
	const words = [wordAt(one, at), wordAt(other, at)] as const;
	const isBetween = words.includes("") || words[0] === words[1];
	const shown = isBetween
		? [one, other].map((bytes) => excerpt(bytes, at - 2, at + 6))
		: words;
	const [before, after] = shown.map((text) => inQuotes(text));
	return `${before} becomes ${after} at byte ${at}`;
}

/** Empty between words; the one before where a word ends. */
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
