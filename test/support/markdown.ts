export interface Step {
	readonly command: string;
	readonly output: string;
}

/** The fenced blocks of one language. */
export function blocksOf(page: string, language: string): string[] {
	return [
		...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, "g")),
	].map(([, text]) => text as string);
}

/** `$ command`, which may go on over lines, then what it prints. */
export function stepsOf(block: string): Step[] {
	return block
		.split(/^\$ /m)
		.slice(1)
		.map((part) => {
			const command =
				/^(?:.*\\\n|.*'[^']*\n(?:[^']*\n)*[^']*'.*(?:\\\n|\n)|.*\n)/.exec(
					part,
				)?.[0] ?? "";
			const rest = part.slice(command.length);
			const continued = command.endsWith("\\\n")
				? (/^(?:.*'\{[^']*'[^\n]*\n|.*\n)/.exec(rest)?.[0] ?? "")
				: "";
			return {
				command: command + continued,
				output: rest.slice(continued.length),
			};
		});
}

/** A text without what differs from run to run: times and the port. */
export function settled(text: string, url: string): string {
	return (
		text
			.replaceAll(url, "http://127.0.0.1:4600")
			.replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
			.replaceAll(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/gm, "<time>")
			// What is shortened shows as much of its middle as the port leaves room for.
			.replaceAll(/→ \S+/g, "→ <url>")
			.replaceAll("\r", "")
			.trim()
	);
}
