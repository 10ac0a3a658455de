import { printableLine } from "../printing.ts";

/** Columns of a terminal that a line of a list fits into. */
const width = 100;

/**
 * Lines whose columns are aligned. Where they do not fit, the widest column is shortened in the middle.
 *
 * @example
 * table([["prolific", "a.b"], ["spritz", "c"]]) // ["prolific  a.b", "spritz    c"]
 */
export function table(rows: readonly (readonly string[])[]): string[] {
	const cells = rows.map((row) => row.map(printableLine));
	const widths = (cells[0] ?? []).map((_, column) =>
		Math.max(...cells.map((row) => row[column]?.length ?? 0)),
	);
	const gaps = 2 * (widths.length - 1);
	const excess = widths.reduce((sum, each) => sum + each, gaps) - width;
	const widest = widths.indexOf(Math.max(...widths));
	if (excess > 0) widths[widest] = Math.max(24, (widths[widest] ?? 0) - excess);
	return cells.map((row) =>
		row
			.map((cell, column) =>
				shortened(cell, widths[column] ?? 0).padEnd(widths[column] ?? 0),
			)
			.join("  ")
			.trimEnd(),
	);
}

/** A long text without its middle. @example shortened("abcdefgh", 5) // "ab…gh" */
export function shortened(text: string, most: number): string {
	if (text.length <= most) return text;
	const end = Math.floor((most - 1) / 2);
	return `${text.slice(0, most - 1 - end)}…${text.slice(text.length - end)}`;
}
