import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { rolldown } from "rolldown";
import { requireInside } from "./bundle.js";

/**
 * Bundles what a page can run: src/, in which each file that has a twin in src/browser/ gives way to it, with the
 * packages it uses, but for those that a user installs along. Each provider is a chunk of its own, with its data.
 *
 * @param {string} root
 * @param {string} folder where it is written
 * @param {Readonly<Record<string, string>>} entries name to file
 * @param {(id: string) => Promise<unknown>} loadDocument
 * @returns {Promise<string[]>} the files that went in
 */
export async function bundleBrowser(root, folder, entries, loadDocument) {
	const { dependencies, peerDependencies } = JSON.parse(
		await readFile(join(root, "package.json"), "utf8"),
	);
	const outside = Object.keys({ ...dependencies, ...peerDependencies });
	const build = await rolldown({
		cwd: root,
		input: { ...entries },
		platform: "browser",
		external: (id) =>
			outside.some((name) => id === name || id.startsWith(`${name}/`)),
		transform: { target: "es2023" },
		plugins: [
			twins(root),
			dataInside(root, loadDocument),
			requireInside,
			nothingOfNode,
		],
	});
	const { output } = await build.write({
		dir: folder,
		chunkFileNames: "[name]-[hash].js",
		comments: { legal: true, annotation: false, jsdoc: false },
	});
	await build.close();
	return output
		.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []))
		.filter(isAbsolute);
}

/**
 * Files that need Node, by those of the same path in src/browser/.
 *
 * @param {string} root
 * @returns {import("rolldown").Plugin}
 */
function twins(root) {
	const src = join(root, "src");
	return {
		name: "twins",
		resolveId: {
			filter: { id: /^\.\.?\// },
			handler(specifier, importer) {
				if (importer === undefined) return null;
				const path = relative(src, resolve(dirname(importer), specifier));
				const twin = join(src, "browser", path);
				return path.startsWith("..") || !existsSync(twin) ? null : twin;
			},
		},
	};
}

/**
 * The providers, with their documents and fixtures, in place of the folders that Node looks into.
 *
 * @param {string} root
 * @param {(id: string) => Promise<unknown>} loadDocument
 * @returns {import("rolldown").Plugin}
 */
function dataInside(root, loadDocument) {
	const list = join(root, "src/browser/packaged.ts");
	const each = "\0localhook/provider/";
	return {
		name: "data-inside",
		resolveId: {
			filter: { id: /^\0localhook\/provider\// },
			handler: (id) => id,
		},
		load: {
			filter: {
				id: /^\0localhook\/provider\/|[\\/]src[\\/]browser[\\/]packaged\.ts$/,
			},
			async handler(id) {
				if (id === list) {
					const ids = (await readdir(join(root, "src/providers"))).sort();
					const entries = ids.map(
						(name) =>
							`${JSON.stringify(name)}: () => import(${JSON.stringify(each + name)})`,
					);
					return `export const packaged = { ${entries.join(", ")} };`;
				}
				const name = id.slice(each.length);
				const provider = join(root, "src/providers", name, "index.ts");
				const document = await loadDocument(name);
				const fixtures = await fixturesOf(join(root, "fixtures", name));
				return `export { default as provider } from ${JSON.stringify(provider)};
export const document = ${embedded(document)};
export const fixtures = ${embedded(fixtures)};`;
			},
		},
	};
}

/** @type {import("rolldown").Plugin} */
const nothingOfNode = {
	name: "nothing-of-node",
	resolveId: {
		filter: { id: /^node:/ },
		handler(id, importer) {
			throw new Error(
				`Failed to bundle ${importer} for browsers: it imports ${id}. Give it a twin in src/browser/.`,
			);
		},
	},
};

/** @param {string} folder */
async function fixturesOf(folder) {
	const files = (await readdir(folder)).filter(
		(file) => file.endsWith(".json") && file !== "signatures.json",
	);
	const entries = files.map(async (file) => [
		file.slice(0, -".json".length),
		JSON.parse(await readFile(join(folder, file), "utf8")),
	]);
	return Object.fromEntries(await Promise.all(entries));
}

/**
 * As a text, which an engine reads faster than an object literal.
 *
 * @param {unknown} value
 */
function embedded(value) {
	return `JSON.parse(${JSON.stringify(JSON.stringify(value))})`;
}
