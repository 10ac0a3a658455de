import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type OutputOptions, rolldown } from "rolldown";
import { describe, expect, it, onTestFinished } from "vitest";
import { readSurface, reportFile } from "../../scripts/public-surface.js";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const packed = await packedFiles();

it("requires nothing but what it bundles or installs along", async () => {
	const along = { ...manifest.dependencies, ...manifest.peerDependencies };
	const files = await readdir(join(root, "dist"), { recursive: true });
	const texts = await Promise.all(
		files
			.filter((file) => /\.c?js$/.test(file))
			.map((file) => readFile(join(root, "dist", file), "utf8")),
	);
	const form =
		/^(?:import|export) .*?from "([^".][^"]*)"|^[^`\n]*\b(?:import|require)\("([^".][^"]*)"\)/gm;
	const wanted = new Set(
		texts
			.flatMap((text) => [...text.matchAll(form)])
			.map(([, fixed, late]) => (fixed ?? late) as string),
	);

	expect(wanted).toContain("yaml");
	// Under this name Bun gives a module of its own, whose clients cannot dispatch.
	expect(wanted).not.toContain("undici");
	// Modules of Node, by `require`, are out of reach in an ES module that esbuild makes.
	const missing = [...wanted].filter((name) => {
		const [first = "", second] = name.split("/");
		return !(
			(first.startsWith("@") ? `${first}/${second}` : first) in along ||
			name === "node:async_hooks"
		);
	});
	expect(missing).toEqual([]);
});

it("exports the same by import and by require, classes included", async () => {
	const entries = Object.keys(manifest.exports)
		.filter((entry) => !entry.endsWith(".json"))
		.map((entry) => entry.replace(".", "localhook"));

	const { stdout } = await inNode(`
const loaded = [];
for (const entry of ${JSON.stringify(entries)}) {
	const required = require(entry);
	const imported = await import(entry);
	loaded.push({
		entry,
		required: Object.keys(required).sort(),
		imported: Object.keys(imported).filter((name) => name !== "module.exports"),
	});
}
const { LocalhookError } = require("localhook");
const { setupLocalhook } = await import("localhook/msw");
let isSame;
try { setupLocalhook({ providers: ["acme"] }); } catch (error) { isSame = error instanceof LocalhookError; }
console.log(JSON.stringify({ loaded, isSame }));`);

	const { loaded, isSame } = JSON.parse(stdout);
	expect(isSame).toBe(true);
	expect(loaded).toHaveLength(6);
	for (const { entry, required, imported } of loaded) {
		expect(required, entry).not.toEqual([]);
		expect(imported, entry).toEqual(required);
	}
});

it.each<[string, string, OutputOptions]>([
	["node", "esm", { format: "esm", entryFileNames: "bundle.mjs" }],
	["node", "cjs", { format: "cjs", entryFileNames: "bundle.cjs" }],
	["browser", "iife", { format: "iife", entryFileNames: "bundle.cjs" }],
])(
	"is bundled for %s as %s, and runs away from its folder",
	async (platform, _, output) => {
		const folder = await mkdtemp(join(tmpdir(), "localhook-bundle-"));
		onTestFinished(() => rm(folder, { recursive: true, force: true }));
		const build = await rolldown({
			cwd: root,
			input: "\0user",
			platform: platform as "node" | "browser",
			// It would lead to src/ in place of what was built.
			tsconfig: false,
			transform: { target: "es2020" },
			plugins: [
				{
					name: "user",
					resolveId(id, importer) {
						if (id === "\0user") return id;
						const file = join(root, "user.js");
						return importer === "\0user" ? this.resolve(id, file) : null;
					},
					load: (id) => (id === "\0user" ? users[platform] : null),
				},
			],
		});
		await build.write({ dir: folder, codeSplitting: false, ...output });
		await build.close();

		const file = join(folder, String(output.entryFileNames));
		const { stdout } = await run(process.execPath, [file], { cwd: folder });

		expect(stdout).toBe("delivered\n");
	},
);

const users: Readonly<Record<string, string>> = {
	node: `
import { startLocalhook } from "localhook";
startLocalhook({ receiver: (request, response) => response.end() }).then(async (hooks) => {
	await hooks.prolific.send("study.status.change").settled;
	const { status } = await fetch(hooks.url + "/_localhook/health");
	console.log(status === 200 ? hooks.deliveries()[0].state : status);
	await hooks.close();
});`,
	browser: `
import { setupLocalhook } from "localhook/msw";
const hooks = setupLocalhook({ receiver: () => new Response() });
hooks.prolific.send("study.status.change").settled.then(async () => {
	console.log(hooks.deliveries()[0].state);
	await hooks.close();
});`,
};

it.each([
	["localhook", "", /^cli\//],
	["localhook/msw", "", /^(cli|config|server)\//],
	["./dist/cli/main.js", "log --help", /^(providers|engine\/engine)/],
])("does not load what it does not need: %s %s", async (entry, words, not) => {
	const { files, modules } = await loadedBy(entry, words);

	expect(files).not.toEqual([]);
	expect(modules).toContain("errors.ts");
	expect(modules.filter((each) => not.test(each))).toEqual([]);
});

it("starts a server with few files to open", async () => {
	const { files } = await loadedBy("./dist/cli/main.js", "start --help");

	expect(files.length).toBeGreaterThan(1);
	expect(files.length).toBeLessThanOrEqual(8);
});

/** What was opened of dist/, and which modules of src/ that holds. */
async function loadedBy(entry: string, words: string) {
	const { stderr } = await inNode(`
process.argv.splice(1, 9, "localhook", ...${JSON.stringify(words)}.split(" "));
process.on("exit", () => console.error(JSON.stringify(Object.keys(require.cache))));
require(${JSON.stringify(entry)});`);
	const files: string[] = JSON.parse(stderr);
	const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
	const modules = texts.flatMap((text) => [
		...text.matchAll(/^\/\/ src\/(.+)$/gm),
	]);
	return { files, modules: modules.map(([, module = ""]) => module) };
}

it("has a command that may be run", () => {
	const { mode } = statSync(join(root, manifest.bin.localhook));

	expect(mode & 0o111).toBe(0o111);
});

it("is packed in at most 150 files", async () => {
	expect(packed.length).toBeLessThanOrEqual(150);
});

it("has one file of declarations for each entry, by import and by require", async () => {
	const entries: Readonly<Record<string, Entry | string>> = manifest.exports;
	const declared = Object.values(entries).flatMap((entry) =>
		typeof entry === "string" ? [] : [entry.import.types, entry.require.types],
	);
	const found = packed.filter((path) => /\.d\.[cm]?ts$/.test(path));
	expect(found.map((path) => `./${path}`).sort()).toEqual(declared.sort());
});

interface Entry {
	readonly import: { readonly types: string };
	readonly require: { readonly types: string };
}

describe("the public surface", async () => {
	const { report, names, undocumented } = await readSurface();

	it("changes only on purpose", async () => {
		expect(
			report,
			"The public surface is not what test/check/public-surface.txt says. Where the change is meant, run: npm run build && npm run surface",
		).toBe(await readFile(reportFile, "utf8"));
	});

	it("has at most 50 names, each with a docstring, and nothing of the engine", async () => {
		expect(names).toContain("startLocalhook");
		expect(names.length).toBeLessThanOrEqual(50);
		expect(undocumented).toEqual([]);
		expect(report).not.toMatch(
			/\b(Engine|Session|Dispatcher|Transport|VirtualClock|Journal)\b/,
		);
	});
});

it("has what a provider of one's own signs and knows its callers by", async () => {
	const { stdout } = await inNode(`
const { apiKey, createSigner, presetOf } = await import("localhook");
const signer = createSigner(presetOf("github").signature);
console.log(signer.headers.join(), JSON.stringify(apiKey({ header: "X-Key", credential: {} }).authorize({}, "k")));
`);

	expect(stdout.trim()).toBe('X-Hub-Signature-256 {"x-key":"k"}');
});

it("is installed with at most 7 other packages", async () => {
	const list = ["ls", "--all", "--omit=dev", "--parseable"];
	const { stdout } = await run("npm", list, { cwd: root });

	const packages = stdout.trim().split("\n");
	expect(packages).toContain(join(root, "node_modules/yaml"));
	expect(packages.length).toBeLessThanOrEqual(8);
});

it("is packed with everything that its pages link to", async () => {
	const packed = await packedFiles();
	const isThere = (path: string) =>
		packed.some((each) => each === path || each.startsWith(`${path}/`));

	const dead: string[] = [];
	for (const page of packed.filter((path) => path.endsWith(".md"))) {
		const text = await readFile(join(root, page), "utf8");
		for (const [, link = ""] of text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
			const target = normalize(join(page, "..", link));
			if (!link.includes(":") && !isThere(target))
				dead.push(`${page} -> ${link}`);
		}
	}

	expect(packed).toContain("README.md");
	expect(dead).toEqual([]);
});

async function packedFiles(): Promise<readonly string[]> {
	const pack = ["pack", "--dry-run", "--json", "--ignore-scripts"];
	const { stdout } = await run("npm", pack, { cwd: root });
	const [{ files }] = JSON.parse(stdout);
	return files.map(({ path }: { path: string }) => path);
}

/** An ES module in which `require` is there too. */
function inNode(code: string) {
	const whole = `import { createRequire } from "node:module";
const require = createRequire(${JSON.stringify(join(root, "any.js"))});
${code}`;
	return run(process.execPath, ["--input-type=module", "-e", whole], {
		cwd: root,
	});
}
