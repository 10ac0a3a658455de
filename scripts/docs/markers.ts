const part =
	/^<!-- generated: (.+) -->\n(?:[\s\S]*?\n)??<!-- \/generated -->$/gm;

/**
 * Writes a page's generated parts anew; what stands between them is left as it is.
 *
 * @param write gives a part by its name; undefined: there is none of that name
 * @throws Error naming a part that there is not, or one that is not closed
 * @example
 * await fill("<!-- generated: events -->\n<!-- /generated -->", async () => "none")
 */
export async function fill(
	text: string,
	write: (name: string) => Promise<string | undefined>,
): Promise<string> {
	const names = [...text.matchAll(part)].map(([, name]) => name as string);
	const opened = text.match(/^<!-- \/?generated/gm)?.length ?? 0;
	if (opened !== 2 * names.length)
		throw new Error(
			`Failed to fill the page: of its generated parts, ${names.join(", ") || "none"}, one more has no begin or no end.`,
		);
	const parts = new Map<string, string>();
	for (const name of names) {
		const content = await write(name);
		if (content === undefined)
			throw new Error(
				`Failed to fill the page: there is no generated part "${name}".`,
			);
		parts.set(name, content);
	}
	return text.replaceAll(
		part,
		(_, name: string) =>
			`<!-- generated: ${name} -->\n\n${parts.get(name)}\n\n<!-- /generated -->`,
	);
}
