import { chmod, readFile, writeFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import {
	basename,
	dirname,
	isAbsolute,
	join,
	relative,
	resolve,
} from "node:path";
import { rolldown } from "rolldown";

/**
 * Is made in the form that its user loads a package in: ES modules for Vitest, which is nothing else, and both for msw,
 * of which each form is a copy of its own.
 */
const besidePeers = ["msw/index", "testing/vitest"];
const isBesidePeers = (/** @type {string} */ path) =>
	/^(msw\/|testing\/vitest\.ts$)/.test(path);

/**
 * Bundles src/ with the packages it uses, because a start spends most of its time opening files.
 * What a user installs along (`dependencies`, `peerDependencies`) stays outside: it is heavy, and few runs load it.
 * What is imported at run time becomes a chunk of its own, so that it is still loaded only then.
 *
 * All of it is CommonJS, which every runner, bundler and Node loads, and which is there once: the ES modules are thin
 * fronts to it.
 *
 * @param {string} root
 * @param {string} folder where it is written
 * @param {readonly string[]} entries what is published, by the name of its file
 * @returns {Promise<string[]>} the files that went in
 */
export async function bundle(root, folder, entries) {
	const { dependencies, peerDependencies } = JSON.parse(
		await readFile(join(root, "package.json"), "utf8"),
	);
	const outside = Object.keys({ ...dependencies, ...peerDependencies });
	const shared = {
		cwd: root,
		platform: /** @type {const} */ ("node"),
		external: (/** @type {string} */ id) =>
			outside.some((name) => id === name || id.startsWith(`${name}/`)),
		transform: { target: "es2023", inject: realTimers(root) },
	};
	const written = {
		dir: folder,
		// Text of one byte a character is read faster.
		charset: /** @type {const} */ ("ascii"),
		// They would be read at every start; the declarations keep theirs.
		comments: { legal: true, annotation: false, jsdoc: false },
	};
	const { coresOutside, cores } = coresOf(root);
	const fronts = await rolldown({
		...shared,
		input: inputOf(besidePeers),
		plugins: [coresOutside],
	});
	const { output: front } = await fronts.write({
		...written,
		chunkFileNames: "[name]-[hash].js",
	});
	await fronts.close();
	const build = await rolldown({
		...shared,
		input: {
			...inputOf(entries.filter((name) => name !== "testing/vitest")),
			...inputOf(["cli/main"]),
			...cores.input(),
		},
		resolve: { alias: unused },
		plugins: [
			cores.plugin,
			requireInside,
			clientOfUndici,
			loadedWhenUsed,
			exportedAsValues,
		],
	});
	const { output } = await build.write({
		...written,
		format: "cjs",
		exports: "named",
		dynamicImportInCjs: false,
		codeSplitting: { groups },
		entryFileNames: ({ name }) =>
			name === "cli/main" ? "[name].js" : "[name].cjs",
		chunkFileNames: "[name]-[hash].cjs",
	});
	await build.close();
	const chunks = [...output, ...front].filter(({ type }) => type === "chunk");
	await writeFronts(folder, chunks, entries);
	// The command starts a third sooner than as an ES module.
	const scope = join(folder, "cli/package.json");
	await writeFile(scope, '{ "type": "commonjs" }\n');
	await chmod(join(folder, "cli/main.js"), 0o755);
	return chunks.flatMap(({ moduleIds }) => moduleIds).filter(isAbsolute);
}

/**
 * Has the packages inside take their timers from where src/ has them: a test that fakes the global ones must not stop
 * undici in the middle of a delivery.
 *
 * @param {string} root
 * @returns {Record<string, [file: string, name: string]>}
 */
export function realTimers(root) {
	const file = join(root, "src/delivery/real-timers.ts");
	const names = [
		"setTimeout",
		"clearTimeout",
		"setInterval",
		"clearInterval",
		"setImmediate",
		"clearImmediate",
		"queueMicrotask",
	];
	return Object.fromEntries(names.map((name) => [name, [file, name]]));
}

/**
 * What not every run needs, each a file of its own that is opened when it is first used: the compiler of
 * schemas, elliptic curves, and what each provider has in data and in compiled checks.
 */
const whenUsed = [
	{
		name: "formats",
		test: /\/node_modules\/(ajv-formats\/dist\/formats|ajv\/dist\/runtime\/(equal|ucs2length)|fast-deep-equal\/)/,
	},
	{
		name: "ajv",
		test: /\/node_modules\/(ajv|ajv-formats|fast-deep-equal|fast-uri|json-schema-traverse)\//,
	},
	{ name: "curves", test: /\/node_modules\/@noble\// },
	{
		debugName: "data",
		name: (/** @type {string} */ id) => basename(id, ".ts"),
		test: /\/src\/generated\/(checks|data)-[\w-]+\.ts$/,
	},
	// Read by few, and by those for all providers.
	{ name: "fidelity", test: /\/src\/generated\/fidelity-[\w-]+\.ts$/ },
];

/**
 * What would be many small chunks, each a file to open: what nearly everything needs, the command line, the providers, the
 * engine, the server with its command, and the commands that ask a server. A group takes along what its modules import,
 * unless a group above it has that. YAML and Express are in none.
 */
const groups = [
	...whenUsed,
	{
		name: "everywhere",
		test: /\/src\/((?!index|internal|catalog|provider|peers|presets)[\w-]+|generated\/(command-line|tables|version)|signing\/digests|delivery\/(exchange|receiver-headers|allowed-receivers)|engine\/(body|entry-lines)|query\/(?!parse|nearest)[\w-]+)\.ts$/,
	},
	{
		name: "program",
		test: /\/src\/cli\/(run|options)\.ts$/,
	},
	{
		name: "catalog",
		test: /\/src\/(catalog|engine\/options)\.ts$/,
	},
	{
		name: "engine",
		test: /\/src\/engine\/(engine|entry-view)\.ts$/,
	},
	{ name: "server", test: /\/src\/server\/server\.ts$/ },
	{ name: "serve", test: /\/src\/cli\/(serve|env-file)\.ts$/ },
	{
		name: "commands",
		test: /\/src\/cli\/(commands\/[\w-]+|connect|explain-command|files)\.ts$/,
	},
];

/** @param {readonly string[]} names */
function inputOf(names) {
	return Object.fromEntries(names.map((name) => [name, `src/${name}.ts`]));
}

/**
 * Has the ES modules of a folder take what they need of the rest of src/ from one CommonJS file, its `core.cjs`.
 *
 * @param {string} root
 */
function coresOf(root) {
	const src = join(root, "src");
	/** @type {Map<string, Set<string>>} */
	const needed = new Map();
	/** @type {import("rolldown").Plugin} */
	const coresOutside = {
		name: "cores-outside",
		resolveId: {
			filter: { id: /^\.\.?\// },
			handler(specifier, importer) {
				if (importer === undefined) return null;
				const file = resolve(dirname(importer), specifier);
				if (isBesidePeers(relative(src, file))) return null;
				const core = `${dirname(relative(src, importer))}/core`;
				needed.set(core, (needed.get(core) ?? new Set()).add(file));
				return { id: `core:${core}`, external: true };
			},
		},
		renderChunk: (code, { fileName }) =>
			code.replaceAll(/"core:(.+?)"/g, (_, /** @type {string} */ core) =>
				JSON.stringify(`./${relative(dirname(fileName), `${core}.cjs`)}`),
			),
	};
	/** @type {import("rolldown").Plugin} */
	const plugin = {
		name: "cores",
		resolveId: { filter: { id: /^\0core:/ }, handler: (id) => id },
		load: {
			filter: { id: /^\0core:/ },
			handler: (id) =>
				[...(needed.get(id.slice("\0core:".length)) ?? [])]
					.sort()
					.map((file) => `export * from ${JSON.stringify(file)};`)
					.join("\n"),
		},
	};
	const input = () =>
		Object.fromEntries(
			[...needed.keys()].map((core) => [core, `\0core:${core}`]),
		);
	return { coresOutside, cores: { plugin, input } };
}

/**
 * Each entry in the form that it was not made in.
 *
 * @param {string} folder
 * @param {readonly import("rolldown").OutputChunk[]} chunks
 * @param {readonly string[]} entries
 */
async function writeFronts(folder, chunks, entries) {
	for (const name of entries) {
		const [made, other] = chunks.filter(
			(each) => each.isEntry && each.name === name,
		);
		if (made === undefined || other !== undefined) continue;
		const { fileName, exports } = made;
		const from = JSON.stringify(`./${basename(fileName)}`);
		if (fileName.endsWith(".cjs"))
			await writeFile(
				join(folder, `${name}.js`),
				`export { ${exports.join(", ")} } from ${from};\n`,
			);
		else
			await writeFile(
				join(folder, `${name}.cjs`),
				`module.exports = require(${from});\n`,
			);
	}
}

/**
 * What packages offer and nothing here uses. Of Express: bodies read in any character set, nested query strings, files,
 * cookies, entity tags, content types by file extension (our replies name theirs in full), and coloured traces of itself;
 * the control API is up in half the time without. Of openapi-sampler: examples in XML.
 */
export const unused = Object.fromEntries(
	[
		...["body-parser", "qs", "send", "serve-static", "content-disposition"],
		...["cookie", "cookie-signature", "etag", "mime-db", "http-errors"],
		"supports-color",
		"fast-xml-parser",
	].map((name) => [name, /** @type {const} */ (false)]),
);

/**
 * Of undici, the client alone: the rest is four fifths.
 *
 * @type {import("rolldown").Plugin}
 */
const clientOfUndici = {
	name: "client-of-undici",
	resolveId: { filter: { id: /^undici$/ }, handler: () => "\0undici" },
	load: {
		filter: { id: /^\0undici$/ },
		handler: () => `
export { default as Client } from "undici/lib/dispatcher/client.js";
export { default as buildConnector } from "undici/lib/core/connect.js";`,
	},
};

/**
 * Modules of Node are asked of the process: a `require` that esbuild puts into an ES module knows none of them. And only
 * when they are first used, as the chunks that not every run needs: those for TLS take a sixth of a start, and few runs
 * have any.
 *
 * @type {import("rolldown").Plugin}
 */
const loadedWhenUsed = {
	name: "loaded-when-used",
	renderChunk(code) {
		const asked = code.replaceAll(
			/(?<![.\w])require\("([\w:/]+)"\)/g,
			(whole, /** @type {string} */ name) =>
				name.startsWith("node:") || isBuiltin(name)
					? `globalThis.process.getBuiltinModule("${name}")`
					: whole,
		);
		const place = "/* loaded when used */";
		const declared =
			/^let (node_\w+) = (.*\bgetBuiltinModule\("[\w:/]+"\));\n(?:\1 = (.*\b__toESM\()\1(.*\));\n)?|^(?:let|const) (\w+) = (require\("\.\.?\/(?:ajv|curves|formats|fidelity|(?:checks|data)-\w+)-[^"]+"\));\n/gm;
		/** @type {[name: string, module: string][]} */
		const found = [];
		let rest = asked.replaceAll(
			declared,
			(_, node, module, open = "", close = "", chunk, file) =>
				found.push(chunk ? [chunk, file] : [node, open + module + close]) === 1
					? place
					: "",
		);
		for (const [name] of found)
			rest = rest.replaceAll(new RegExp(`\\b${name}\\b`, "g"), `lazy.${name}`);
		const getters = found.map(
			([name, module]) =>
				`\tget ${name}() { return this.$${name} ??= ${module}; },\n`,
		);
		return rest.replace(place, () => `const lazy = {\n${getters.join("")}};\n`);
	},
};

/**
 * What never changes is exported as a value: getters, of which a start makes two hundred, take longer to make and to ask.
 *
 * @type {import("rolldown").Plugin}
 */
const exportedAsValues = {
	name: "exported-as-values",
	renderChunk(code) {
		const declared = code.matchAll(
			/^(?:const|class|(?:async )?function\*?) ([\w$]+)/gm,
		);
		const constants = new Set([...declared].map(([, name]) => name));
		return code.replaceAll(
			/^Object\.defineProperty\(exports, "(\w+)", \{\s+enumerable: true,\s+get: function ?\(\) \{\s+return ([\w$]+);\s+\}\s+\}\);/gm,
			(whole, name, local) =>
				constants.has(local) ? `exports.${name} = ${local};` : whole,
		);
	},
};

const byHand = "const require = createRequire(import.meta.url);";
const maker = 'import { createRequire } from "node:module";';

/** A `require` made by hand is opaque to the bundler; its own it follows, and runs what is required only then. */
export const requireInside = {
	name: "require-inside",
	transform: {
		filter: { code: byHand },
		handler: (/** @type {string} */ code) =>
			code.replace(byHand, "").replace(maker, ""),
	},
};
