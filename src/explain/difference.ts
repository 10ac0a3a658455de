import { firstDifference } from "./bytes.ts";

const delimiters = new Set(
	Array.from(" \t\r\n,:{}[]", (each) => each.charCodeAt(0)),
);
/** How far around the first difference is looked. */
const reach = 16;

/** The first place where two bodies differ, as `"10.0" becomes "10" at byte 12`. They do differ. */
export function describeDifference(one: Uint8Array, other: Uint8Array): string {
	const at = firstDifference(one, other);
	const words = [wordAt(one, at), wordAt(other, at)];
	const shown = words.includes("")
		? [one, other].map((bytes) => textOf(bytes, at - 2, at + 6))
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
	return textOf(bytes, start, end);
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
	return new TextDecoder().decode(bytes.subarray(Math.max(0, start), end));
}
