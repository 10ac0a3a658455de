import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { install } from "../../src/catalog.ts";
import { demoPicture } from "./demo-picture.ts";
import { fill } from "./markers.ts";
import { presetRules, presetTable } from "./preset-table.ts";
import { providerSections, providerTable } from "./provider-sections.ts";
import { quote } from "./quote.ts";

const root = new URL("../../", import.meta.url);

/** The README and the Markdown files under docs/, as paths in this repository. */
export async function pagePaths(): Promise<string[]> {
	const files = await readdir(new URL("docs/", root), { recursive: true });
	return [
		"README.md",
		...files
			.filter((file) => file.endsWith(".md"))
			.map((file) => `docs/${file.replaceAll("\\", "/")}`)
			.sort(),
	];
}

/** Every page as it has to be, its own text and its generated parts from the code, and the README's picture. */
export async function renderPages(): Promise<Map<string, string>> {
	const pages = new Map<string, string>();
	for (const path of await pagePaths()) {
		const text = await readFile(new URL(path, root), "utf8");
		const installed = path.startsWith("docs/providers/")
			? await install(basename(path, ".md"))
			: undefined;
		pages.set(
			path,
			await fill(text, async (name) => {
				if (name.includes("/")) return quote(name);
				if (name === "providers") return providerTable();
				if (name === "presets") return presetTable();
				if (name === "preset-rules") return presetRules();
				return installed && providerSections[name]?.(installed);
			}),
		);
	}
	pages.set("docs/demo.svg", await demoPicture("prolific"));
	return pages;
}
