import { demo, demoOf } from "../../src/cli/play-command.ts";

const lineHeight = 17;
const letterWidth = 7.3;
const margin = 14;

/** Colours of the terminal's codes that a transcript has: bold, dim, red, green, yellow. */
const styles: Readonly<Record<string, string>> = {
	1: "font-weight:bold",
	2: "fill:#8b949e",
	31: "fill:#ff7b72",
	32: "fill:#7ee787",
	33: "fill:#f2cc60",
};

/** A run of `localhook demo` as a picture: what it prints, in the colours that it prints it in. */
export async function demoPicture(provider: string): Promise<string> {
	let printed = "";
	await demo(
		demoOf(provider),
		{},
		{
			stdout: {
				write: (text) => {
					printed += text;
				},
			},
			env: { FORCE_COLOR: "1" },
		},
	);
	const lines = [
		`\x1b[2m$\x1b[22m npx localhook demo ${provider}`,
		...printed.trimEnd().split("\n"),
	];
	const longest = Math.max(...lines.map((line) => plain(line).length));
	const width = Math.ceil(longest * letterWidth + 2 * margin);
	const height = lines.length * lineHeight + 2 * margin;
	const rows = lines.map((line, index) => {
		const y = margin + (index + 0.75) * lineHeight;
		return `<text x="${margin}" y="${y}" xml:space="preserve">${spans(line)}</text>`;
	});
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,monospace" font-size="12" fill="#e6edf3">
<title>A run of localhook demo ${provider}</title>
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join("\n")}
</svg>
`;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's codes begin with one.
const code = /\x1b\[(\d+)m/;

function spans(line: string): string {
	const parts = line.split(code);
	let style: string | undefined;
	return parts
		.map((part, index) => {
			if (index % 2 === 1) {
				style = styles[part];
				return "";
			}
			const text = escaped(part);
			return text === "" || style === undefined
				? text
				: `<tspan style="${style}">${text}</tspan>`;
		})
		.join("");
}

function plain(line: string): string {
	return line.replaceAll(new RegExp(code, "g"), "");
}

function escaped(text: string): string {
	return text
		.replaceAll("&", "&amp;")
		.replaceAll("<", "&lt;")
		.replaceAll(">", "&gt;");
}
