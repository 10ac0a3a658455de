/** A Markdown table; what would end a cell is escaped. */
export function table(
	head: readonly string[],
	rows: readonly (readonly string[])[],
): string {
	return [line(head), line(head.map(() => "---")), ...rows.map(line)].join(
		"\n",
	);
}

function line(cells: readonly string[]): string {
	return `| ${cells.map(cell).join(" | ")} |`;
}

function cell(text: string): string {
	return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
