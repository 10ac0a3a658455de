/** What is to be found, cut at each `*`: `study.*` is `["study.", ""]`. */
export type Pattern = readonly string[];

/** Whether the pattern is the whole text. */
export function isWhole(pattern: Pattern, text: string): boolean {
	if (pattern.length === 1) return text === pattern[0];
	const [first = "", ...middle] = pattern;
	const last = middle.pop() as string;
	return (
		text.length >= first.length + last.length &&
		text.startsWith(first) &&
		text.endsWith(last) &&
		isPart(middle, text.slice(first.length, text.length - last.length))
	);
}

/** Whether the pattern is somewhere in the text: its pieces one after the other, so the text is walked once. */
export function isPart(pattern: Pattern, text: string): boolean {
	let from = 0;
	for (const piece of pattern) {
		const at = text.indexOf(piece, from);
		if (at === -1) return false;
		from = at + piece.length;
	}
	return true;
}

/**
 * The text regardless of case. Upper case and not lower, in which what a letter becomes depends on its neighbours
 * (the Greek sigma), so that a part of a text would not always be a part of the folded one.
 */
export function fold(text: string): string {
	return text.toUpperCase();
}
