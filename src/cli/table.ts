import { dateTime, type Page, usualWidth } from "../engine/entry-lines.ts";
import { printableLine, shortened, wrapped } from "../printing.ts";
import { type Colours, coloursFor, type Output } from "./io.ts";

/** Where lines of the journal are printed. A narrow terminal has shorter ones, down to 80 columns. */
export function pageOf(
	output: Pick<Output, "isTTY" | "columns">,
	env: Readonly<Record<string, string | undefined>>,
): Page & { readonly colours: Colours } {
	const columns = output.isTTY ? output.columns : undefined;
	const width = Math.max(80, Math.min(usualWidth, columns ?? usualWidth));
	return { time: dateTime, width, colours: coloursFor(output, env) };
}

/** What no column is made narrower than: ids stay whole. */
const narrowest = 24;

/**
 * Lines whose columns are aligned. Where they do not fit, the widest columns are shortened in the middle.
 *
 * @example
 * table([["prolific", "a.b"], ["spritz", "c"]]) // ["prolific  a.b", "spritz    c"]
 */
export function table(
	rows: readonly (readonly string[])[],
	width = usualWidth,
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

/** A line of a list with something below it, word by word. */
export function noted(line = "", words: readonly string[] = []): string[] {
	const notes = wrapped(words.map(printableLine), usualWidth - 2);
	return [line, ...notes.map((note) => `  ${note}`)];
}
