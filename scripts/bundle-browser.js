import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { rolldown } from "rolldown";
import { parse } from "yaml";
import { realTimers, requireInside, unused } from "./bundle.js";

/**
 * Bundles what a page can run: src/, in which each file that has a twin in src/browser/ gives way to it, with the
 * packages it uses, but for those that a user installs along.
 *
 * @param {string} root
 * @param {string} folder where it is written
 * @param {Readonly<Record<string, string>>} entries name to file
 * @returns {Promise<string[]>} the files that went in
 */
export async function bundleBrowser(root, folder, entries) {
	const { dependencies, peerDependencies } = JSON.parse(
		await readFile(join(root, "package.json"), "utf8"),
	);
	const outside = Object.keys({ ...dependencies, ...peerDependencies });
	const build = await rolldown({
		...forBrowsers(root),
		input: { ...entries },
		external: (id) =>
			outside.some((name) => id === name || id.startsWith(`${name}/`)),
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
 * How src/ becomes what a page can run.
 *
 * @param {string} root
 * @returns {import("rolldown").InputOptions & { plugins: import("rolldown").Plugin[] }}
 */
export function forBrowsers(root) {
	return {
		cwd: root,
		platform: "browser",
		resolve: { alias: unused },
		transform: { target: "es2023", inject: realTimers(root) },
		plugins: [
			twins(root),
			compiledThere,
			compiledLate(root),
			withoutClaims,
			requireInside,
			nothingOfNode,
		],
	};
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
 * The compiler is in a page anyway, so what it would make of the providers' documents is not loaded along.
 *
 * @type {import("rolldown").Plugin}
 */
const compiledThere = {
	name: "compiled-there",
	load: {
		filter: { id: /\/src\/generated\/checks-(?!localhook)[\w-]+\.ts$/ },
		handler: () => "export const checks = {};",
	},
};

/**
 * The same for a snapshot, whose schema comes along in place of the check made of it.
 *
 * @param {string} root
 * @returns {import("rolldown").Plugin}
 */
function compiledLate(root) {
	const pointer = "#/components/schemas/Snapshot";
	return {
		name: "compiled-late",
		load: {
			filter: { id: /\/src\/generated\/checks-localhook\.ts$/ },
			async handler() {
				const file = join(root, "openapi/localhook.yaml");
				const { components } = parse(await readFile(file, "utf8"));
				const schemas = reachable(components.schemas, "Snapshot");
				const json = JSON.stringify({ components: { schemas } });
				const compiler = join(root, "src/openapi/validators.ts");
				return `import { createCompiler } from ${JSON.stringify(compiler)};
const { at } = createCompiler(JSON.parse(${JSON.stringify(json)}), { allErrors: false });
export const checks = { ${JSON.stringify(pointer)}: at(${JSON.stringify(pointer)}) };`;
			},
		},
	};
}

/**
 * A schema with those that it refers to.
 *
 * @param {Record<string, object>} schemas
 * @param {string} name
 * @param {Record<string, object>} found
 */
function reachable(schemas, name, found = {}) {
	const schema = schemas[name];
	if (schema === undefined || name in found) return found;
	found[name] = schema;
	const references = JSON.stringify(schema).matchAll(
		/"#\/components\/schemas\/(\w+)"/g,
	);
	for (const [, other = ""] of references) reachable(schemas, other, found);
	return found;
}

/**
 * How sure each fact of a provider is, the control API tells, and a page has none.
 *
 * @type {import("rolldown").Plugin}
 */
const withoutClaims = {
	name: "without-claims",
	load: {
		filter: { id: /\/src\/generated\/fidelity-[\w-]+\.ts$/ },
		handler: () =>
			"export const fidelity = () => ({ fidelity: [], notPlayed: [] });",
	},
};

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
