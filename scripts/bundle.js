import { readdir, readFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { rolldown } from "rolldown";

/**
 * Bundles src/ with the packages it uses, because a start spends most of its time opening files.
 * What a user installs along (`dependencies`, `peerDependencies`) stays outside: it is heavy, and few runs load it.
 * What is imported at run time becomes a chunk of its own, so that it is still loaded only then.
 *
 * @param {string} root
 * @param {string} folder where it is written
 * @returns {Promise<string[]>} the files that went in
 */
export async function bundle(root, folder) {
	const { dependencies, peerDependencies } = JSON.parse(
		await readFile(join(root, "package.json"), "utf8"),
	);
	const outside = Object.keys({ ...dependencies, ...peerDependencies });
	const providers = await readdir(join(root, "src/providers"));
	// Chunks land beside the entries, and those that look for files from where they are must be at the root.
	const entries = [
		"index",
		"catalog",
		"version",
		"cli/main",
		"msw/index",
		"testing/matchers",
		"testing/node-test",
		"testing/playwright",
		"testing/vitest",
		...providers.map((id) => `providers/${id}/index`),
	];
	const build = await rolldown({
		cwd: root,
		input: Object.fromEntries(
			entries.map((entry) => [entry, `src/${entry}.ts`]),
		),
		platform: "node",
		external: (id) =>
			outside.some((name) => id === name || id.startsWith(`${name}/`)),
		resolve: { alias: Object.fromEntries(unused.map((name) => [name, false])) },
		transform: { target: "es2023" },
		plugins: [requireInside],
	});
	const { output } = await build.write({
		dir: folder,
		chunkFileNames: "[name]-[hash].js",
		// They would be read at every start; the declarations keep theirs.
		comments: { legal: true, annotation: false, jsdoc: false },
	});
	await build.close();
	return output
		.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []))
		.filter(isAbsolute);
}

/**
 * What Express offers and nothing here uses: bodies read in any character set, nested query strings, files, and coloured
 * traces of itself. The control API is up a fourth sooner without.
 */
const unused = ["body-parser", "qs", "send", "serve-static", "supports-color"];

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
