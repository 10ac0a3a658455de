/*
 * Everything that is printed goes through here: for a terminal, a shell, a log of GitHub Actions. An escape is written
 * as JSON writes it, so text that was JSON before still is, and means the same.
 */

/** What a terminal obeys, what turns text around, and what some take for the end of a line. */
const obeyed =
	/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
/**
 * What the runner of GitHub Actions takes for a command: the first form at the beginning of a line, the second one
 * anywhere. https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
const command = /:(?=:[a-z][a-z-]*(?: |::))|#(?=#\[)/gi;
/** What may be one of them: most texts are not, and are found to be harmless in one pass. */
const suspect = /[^\n -~→…·]|::|##\[/;
const hiding = new RegExp(`((?![\\n\\t])${obeyed.source})`, "u");
/** The colours that localhook itself prints, and nothing else that a terminal obeys. */
const colour = new RegExp(
	`(${String.fromCharCode(0x1b)}\\[(?:[12]|22|3[1-6]|39)m)`,
);

/** Text in which nothing hides, forges output or is obeyed. Line breaks and tabs stay. */
export function printable(text: string): string {
	if (!suspect.test(text)) return text;
	return text
		.replaceAll(obeyed, (character) =>
			character === "\n" || character === "\t" ? character : escaped(character),
		)
		.replaceAll(command, escaped);
}

/** The same for a page, in pieces: every second one is the code of a character that would not be seen. */
export function piecesOf(text: string): string[] {
	return text
		.split(hiding)
		.map((piece, index) => (index % 2 === 1 ? escaped(piece) : piece));
}

export function printableLine(text: string): string {
	return printable(text).replaceAll("\n", "\\n").replaceAll("\t", escaped);
}

/** The same for text that localhook has coloured. */
export function printableColours(text: string): string {
	return text
		.split(colour)
		.map((part, i) => (i % 2 === 1 ? part : printable(part)))
		.join("");
}

/** Text as it is, between quotes that it does not hold itself, so that nothing in it needs an escape. */
export function inQuotes(text: string): string {
	const quote = ['"', "'"].find((each) => !text.includes(each)) ?? "`";
	return quote + printableLine(text) + quote;
}

export function printableJson(value: unknown, indent?: string): string {
	return printable(JSON.stringify(value, null, indent));
}

/** Whether text is one line without anything that a terminal obeys: what an id may be. */
export function isOneLine(text: string): boolean {
	return text.search(obeyed) === -1;
}

export function isPrintable(text: string): boolean {
	return printableLine(text) === text;
}

export function shellComment(text: string): string {
	return `# ${printableLine(text)}`;
}

/** One word of a shell script: as it is, or by its bytes where it is not safe to look at. */
export function shellWord(text: string): string {
	if (isPrintable(text)) return `'${text.replaceAll("'", "'\\''")}'`;
	const bytes = Array.from(
		new TextEncoder().encode(text),
		(byte) => `\\${byte.toString(8).padStart(3, "0")}`,
	);
	return `"$(printf '${bytes.join("")}')"`;
}

export function warnOnConsole(text: string): void {
	console.warn(printable(text));
}

/** A long text without its middle. @example shortened("abcdefgh", 5) // "ab…gh" */
export function shortened(text: string, most: number): string {
	if (text.length <= most) return text;
	const end = Math.floor((most - 1) / 2);
	return `${text.slice(0, most - 1 - end)}…${text.slice(text.length - end)}`;
}

/** Words in lines of at most so many characters. A longer word stays whole, so that a path can be followed. */
export function wrapped(words: readonly string[], width: number): string[] {
	const lines: string[] = [];
	for (const word of words) {
		const longer = `${lines.at(-1)} ${word}`;
		if (lines.length > 0 && longer.length <= width)
			lines[lines.length - 1] = longer;
		else lines.push(word);
	}
	return lines;
}

export function counted(count: number, what: string): string {
	return `${count} ${what}${count === 1 ? "" : "s"}`;
}

export const lineWidth = 100;

/** What no column is made narrower than: ids stay whole. */
const narrowest = 24;

/** Lines whose columns are aligned. Where they do not fit, the widest columns are shortened in the middle. */
export function table(
	rows: readonly (readonly string[])[],
	width = lineWidth,
): string[] {
	const cells = rows.map((row) => row.map(printableLine));
	const widths = (cells[0] ?? []).map((_, column) =>
		Math.max(...cells.map((row) => row[column]?.length ?? 0)),
	);
	const gaps = 2 * (widths.length - 1);
	let excess = widths.reduce((sum, each) => sum + each, gaps) - width;
	while (excess > 0 && Math.max(...widths) > narrowest) {
		const [most = 0, next = 0] = [...widths].sort((a, b) => b - a);
		const less = Math.max(narrowest, most - excess, Math.min(next, most - 1));
		widths[widths.indexOf(most)] = less;
		excess -= most - less;
	}
	return cells.map((row) =>
		row
			.map((cell, column) =>
				shortened(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0),
			)
			.join("  ")
			.trimEnd(),
	);
}

export function noted(words: readonly string[] = []): string[] {
	const notes = wrapped(words.map(printableLine), lineWidth - 2);
	return notes.map((note) => `  ${note}`);
}

function escaped(character: string): string {
	return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
