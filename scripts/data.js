// The built-in providers with their documents and fixtures, as modules: whoever bundles localhook gets them along, and
// nothing looks for a file when it runs.
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { createJiti } from "jiti";
import { parse } from "yaml";
import { header } from "./generated.js";

const root = new URL("../", import.meta.url);

/**
 * @param {readonly string[]} ids of the providers
 * @returns {Promise<[name: string, text: string][]>}
 */
export async function dataFiles(ids) {
	const manifest = await readFile(new URL("package.json", root), "utf8");
	const { version } = JSON.parse(manifest);
	return [
		["built-in.ts", builtIn(ids)],
		...(await Promise.all(ids.map(dataOf))),
		["control-document.ts", await controlDocument()],
		[
			"version.ts",
			`${header}export const version: string = ${JSON.stringify(version)};\n`,
		],
	];
}

/** @param {readonly string[]} ids */
function builtIn(ids) {
	const imports = ids.map(
		(id, index) =>
			`import provider${index} from "../providers/${id}/index.ts";\nimport * as data${index} from "./data-${id}.ts";\n`,
	);
	const entries = ids.map(
		(id, index) => `	${JSON.stringify(id)}: {
		provider: provider${index},
		document: () => data${index}.document(),
		fixtures: () => data${index}.fixtures(),
		demo: () => data${index}.demo(),
	},
`,
	);
	return `${header}import type { BuiltIn } from "../catalog.ts";
${imports.join("")}
/** By id, in alphabetical order. */
export const builtIn: Readonly<Record<string, BuiltIn>> = {
${entries.join("")}};
`;
}

/**
 * Beside the code, so that what nobody asks of a provider is not even read.
 *
 * @param {string} id
 * @returns {Promise<[name: string, text: string]>}
 */
async function dataOf(id) {
	const parts = {
		document: await loadDocument(id),
		fixtures: await fixturesOf(id),
		demo: await demoOf(id),
	};
	const functions = Object.entries(parts).map(
		([name, value]) => `export const ${name} = () => ${parsed(value)};\n`,
	);
	return [`data-${id}.ts`, `${header}${functions.join("")}`];
}

async function controlDocument() {
	return `${header}import type { ApiDocument } from "../openapi/document.ts";

/** Describes the control API. */
export const controlDocument: ApiDocument = ${parsed(await loadDocument("localhook"))};
`;
}

/**
 * Read and checked as any document of a user's.
 *
 * @param {string} id
 */
async function loadDocument(id) {
	const { readDocument } = await createJiti(import.meta.url).import(
		fileURLToPath(new URL("src/openapi/document.ts", root)),
	);
	return readDocument(new URL(`openapi/${id}.yaml`, root));
}

/** @param {string} id */
async function demoOf(id) {
	const file = new URL(`fixtures/${id}/demo.yaml`, root);
	return parse(await readFile(file, "utf8"));
}

/** @param {string} id */
async function fixturesOf(id) {
	const folder = new URL(`fixtures/${id}/`, root);
	const files = (await readdir(folder)).filter(
		(file) => file.endsWith(".json") && file !== "signatures.json",
	);
	const entries = files
		.sort()
		.map(async (file) => [
			file.slice(0, -".json".length),
			JSON.parse(await readFile(new URL(file, folder), "utf8")),
		]);
	return Object.fromEntries(await Promise.all(entries));
}

/**
 * As a text, which an engine reads faster than an object literal, and not before it is wanted.
 *
 * @param {unknown} value
 */
function parsed(value) {
	return `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
}
