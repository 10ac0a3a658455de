import { readFile } from "node:fs/promises";
import { extname } from "node:path";

const root = new URL("../../", import.meta.url);
const languages: Readonly<Record<string, string>> = {
	".ts": "ts",
	".js": "js",
	".py": "python",
	".yml": "yaml",
	".yaml": "yaml",
	".json": "json",
};

/**
 * A code block with a file of this repository in it, or with one of its regions: `path` or `path#region`. A region
 * stands between the comments `#region <name>` and `#endregion`.
 *
 * @throws Error when there is no such file or region
 */
export async function quote(name: string): Promise<string> {
	const [path = "", region] = name.split("#");
	const text = await readFile(new URL(path, root), "utf8");
	const shown = region === undefined ? text : regionOf(text, region);
	if (shown === undefined)
		throw new Error(
			`Failed to quote ${name}: the file has no region "${region}".`,
		);
	const language = languages[extname(path)] ?? "";
	const link = `[\`${path}\`](../${path})`;
	return `${link}\n\n\`\`\`${language}\n${withoutMarkers(shown)}\n\`\`\``;
}

const marker = /^[\t ]*(?:\/\/|#) #(?:end)?region\b.*\n?/gm;

function regionOf(text: string, region: string): string | undefined {
	const begin = new RegExp(`^[\\t ]*(?://|#) #region ${region}\\n`, "m");
	const found = begin.exec(text);
	if (found === null) return undefined;
	const rest = text.slice(found.index + found[0].length);
	const end = /^[\t ]*(?:\/\/|#) #endregion/m.exec(rest);
	return end === null ? undefined : rest.slice(0, end.index);
}

function withoutMarkers(text: string): string {
	const lines = text.replaceAll(marker, "").trimEnd().split("\n");
	const indents = lines
		.filter((each) => each !== "")
		.map((each) => /^\t*/.exec(each)?.[0].length ?? 0);
	const indent = Math.min(...indents);
	return lines.map((each) => each.slice(indent)).join("\n");
}
