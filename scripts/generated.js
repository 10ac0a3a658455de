// Writes src/generated/: what is made of the documents and fixtures. It is not in git.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { constantsOf, dataFiles } from "./data.js";
import { controlPathsFile } from "./inspector.js";
import { tablesFile } from "./tables.js";
import { schemeFile, typeFiles } from "./types.js";

const root = new URL("../", import.meta.url);
const folder = new URL("src/generated/", root);

export const header = "/** Written by `npm run build`. */\n";

export async function writeGenerated() {
	const ids = (await readdir(new URL("src/providers/", root))).sort();
	await mkdir(folder, { recursive: true });
	// What the code that makes the other files imports.
	const first = [await tablesFile(), await schemeFile()];
	for (const [name, text] of first) await write(new URL(name, folder), text);
	const constants = await Promise.all([
		...ids.map(constantsOf),
		controlPathsFile(),
	]);
	for (const [name, text] of constants)
		await write(new URL(name, folder), text);
	const files = new Map([...(await typeFiles(ids)), ...(await dataFiles(ids))]);
	const names = new Set([
		...[...first, ...constants].map(([name]) => name),
		...files.keys(),
	]);
	for (const name of await readdir(folder))
		if (!names.has(name)) await rm(new URL(name, folder));
	for (const [name, text] of files) await write(new URL(name, folder), text);
}

/**
 * Only what is new: a compiler may be reading meanwhile.
 *
 * @param {URL} file
 * @param {string} text
 */
async function write(file, text) {
	const before = await readFile(file, "utf8").catch(() => undefined);
	if (before !== text) await writeFile(file, text);
}

/**
 * A constant whose type says what is in it.
 *
 * @param {string} name
 * @param {unknown} value
 */
export function literalOf(name, value) {
	return `type Value = ${JSON.stringify(value)};

export const ${name}: Value = ${parsed(value)};
`;
}

/**
 * As a text, which an engine reads faster than an object literal, and not before it is wanted.
 *
 * @param {unknown} value
 */
export function parsed(value) {
	return `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
}
