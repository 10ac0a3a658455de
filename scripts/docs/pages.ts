import { readdir, readFile } from "node:fs/promises";
import { basename } from "node:path";
import { builtInIds, install } from "../../src/catalog.ts";
import { causeSections, checkSections } from "./check-sections.ts";
import { demoPicture } from "./demo-picture.ts";
import { fill } from "./markers.ts";
import { presetRules, presetTable } from "./preset-table.ts";
import {
	newPage,
	providerPages,
	providerSections,
	providerTable,
} from "./provider-sections.ts";
import { quote } from "./quote.ts";

const root = new URL("../../", import.meta.url);

/** The README and the Markdown files under docs/, those of new providers among them, as paths in this repository. */
export async function pagePaths(): Promise<string[]> {
	const files = await readdir(new URL("docs/", root), { recursive: true });
	const pages = new Set([
		...files.map((file) => `docs/${file.replaceAll("\\", "/")}`),
		...builtInIds.map((id) => `docs/providers/${id}.md`),
	]);
	return [
		"README.md",
		...[...pages].filter((page) => /\.md$/.test(page)).sort(),
	];
}

/** Every page as it has to be, its own text and its generated parts from the code, and the README's picture. */
export async function renderPages(): Promise<Map<string, string>> {
	const pages = new Map<string, string>();
	for (const path of await pagePaths()) {
		const installed = path.startsWith("docs/providers/")
			? await install(basename(path, ".md"))
			: undefined;
		const text = await readFile(new URL(path, root), "utf8").catch((error) => {
			if (installed === undefined) throw error;
			return newPage(installed);
		});
		pages.set(
			path,
			await fill(text, async (name) => {
				if (name.includes("/")) return quote(name);
				if (name === "checks") return checkSections();
				if (name === "causes") return causeSections();
				if (name === "providers") return providerTable();
				if (name === "provider-pages") return providerPages();
				if (name === "presets") return presetTable();
				if (name === "preset-rules") return presetRules();
				return installed && providerSections[name]?.(installed);
			}),
		);
	}
	pages.set("docs/demo.svg", await demoPicture("prolific"));
	return pages;
}
