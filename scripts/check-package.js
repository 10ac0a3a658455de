// What a user gets, checked as it is packed: the manifest, the types of each entry point, that it can be imported and
// required under each Node that is supported, and how much an installation and a page weigh.
import { execFile } from "node:child_process";
import {
	copyFile,
	lstat,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));
const manifest = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const nodes = ["20", "22", "24"];
/** Megabytes, with everything that npm installs along. */
const budget = 15;
/** Kilobytes of `localhook/msw` in a page, minified and gzipped, without msw. */
const browserBudget = 180;
const optionalPeers = Object.keys(manifest.peerDependenciesMeta ?? {});

const importingVitest = `
import { withLocalhook } from "localhook/vitest";
withLocalhook({ providers: ["prolific"] })("imports", ({ hooks, expect }) => expect(hooks.prolific.id).toBe("prolific"));
`;

const folder = await mkdtemp(join(tmpdir(), "localhook-package-"));
try {
	const { pack, add } = await documentedLines();
	await run("npm", [...pack, "--pack-destination", folder], { cwd: root });
	const [name = ""] = await readdir(folder);
	const tarball = join(folder, name);
	if (add.at(-1) !== `../${name}`)
		throw new Error(
			`docs/getting-started.md installs ${add.at(-1)}, and npm pack makes ${name}. Correct the page.`,
		);
	await checkManifest(tarball);
	await checkTypes(tarball);
	const user = await install(add);
	await checkSize(user);
	await checkBrowser(user);
	await checkUse(user);
	await checkImports(user);
} finally {
	await rm(folder, { recursive: true, force: true });
}

/** @param {string} tarball */
async function checkManifest(tarball) {
	await tool("publint", [tarball, "--strict"]);
	const { stdout } = await run("tar", [
		"xzOf",
		tarball,
		"package/package.json",
	]);
	const { scripts } = JSON.parse(stdout);
	if (scripts !== undefined)
		throw new Error(`The packed manifest has scripts: ${Object.keys(scripts)}`);
	console.log("publint: nothing to report, and no script is in the manifest");
}

/** @param {string} tarball */
async function checkTypes(tarball) {
	await tool("attw", [tarball, "--no-emoji"]);
	console.log("arethetypeswrong: every entry point resolves, in every mode");
}

/**
 * @param {string} name
 * @param {string[]} words
 */
async function tool(name, words) {
	try {
		await run(join(root, "node_modules/.bin", name), words, { cwd: folder });
	} catch (error) {
		const { stdout, stderr } = /** @type {Record<string, string>} */ (error);
		throw new Error(`${name} found something:\n${stdout}${stderr}`);
	}
}

/**
 * How to get the package, as docs/getting-started.md says it: the one place that changes when it is published.
 *
 * @returns {Promise<{ pack: string[], add: string[] }>} the words after `npm`
 */
async function documentedLines() {
	const page = await readFile(join(root, "docs/getting-started.md"), "utf8");
	const words = (/** @type {RegExp} */ line) =>
		(line.exec(page)?.[1] ?? "").split(" ");
	return {
		pack: words(/^npm (pack) --pack-destination \.\. +# in the clone$/m),
		add: words(/^npm (install --save-dev \S+) +# in your project$/m),
	};
}

/**
 * @param {readonly string[]} add
 * @returns {Promise<string>} the user's folder, beside the tarball
 */
async function install(add) {
	const user = join(folder, "user");
	await mkdir(user);
	await writeFile(join(user, "package.json"), '{ "private": true }');
	const quietly = ["--ignore-scripts", "--no-audit", "--no-fund"];
	await run("npm", [...add, "--prefer-offline", ...quietly], { cwd: user });
	const list = ["ls", "--all", "--parseable"];
	const { stdout } = await run("npm", list, { cwd: user });
	const packages = stdout.trim().split("\n").length - 1;
	console.log(
		`installed as docs/getting-started.md says: ${packages} packages`,
	);
	if (packages > 8) throw new Error("That is more than 8.");
	return user;
}

/** @param {string} user */
async function checkSize(user) {
	const modules = join(user, "node_modules");
	const all = await sizeOf(modules);
	const ours = await sizeOf(join(modules, "localhook"));
	console.log(
		`install size: ${megabytes(all)} MB, ${megabytes(ours)} MB of them localhook itself; the budget is ${budget} MB`,
	);
	if (all > budget * 1e6) throw new Error("That is above the budget.");
}

/** @param {string} user */
async function checkBrowser(user) {
	const page = join(user, "page.mjs");
	await writeFile(page, 'export { setupLocalhook } from "localhook/msw";');
	const build = await rolldown({
		cwd: user,
		input: page,
		platform: "browser",
		external: ["msw"],
		onLog(_, { message }) {
			throw new Error(`A page cannot be made of localhook/msw: ${message}`);
		},
	});
	const { output } = await build.generate({ minify: true });
	await build.close();
	let minified = 0;
	let gzipped = 0;
	let explaining = 0;
	for (const file of output) {
		const text = file.type === "chunk" ? file.code : file.source;
		const size = gzipSync(text).length;
		if (file.fileName.includes("explaining")) {
			explaining += size;
			continue;
		}
		minified += text.length;
		gzipped += size;
	}
	if (explaining === 0)
		throw new Error(
			"A page loads what explains a delivery before it is asked.",
		);
	console.log(
		`localhook/msw in a page: ${kilobytes(minified)} kB minified, ${kilobytes(gzipped)} kB gzipped, msw apart; the budget is ${browserBudget} kB, and ${kilobytes(explaining)} kB more once a delivery is to be explained`,
	);
	if (gzipped > browserBudget * 1000)
		throw new Error("That is above the budget.");
}

/** @param {string} user */
async function checkUse(user) {
	await copyFile(
		new URL("package-user.js", import.meta.url),
		join(user, "use.mjs"),
	);
	const { stdout } = await run(process.execPath, ["use.mjs"], { cwd: user });
	console.log(stdout.trim());
}

/** @param {string} user */
async function checkImports(user) {
	for (const name of optionalPeers) {
		const link = join(user, "node_modules", name);
		await mkdir(dirname(link), { recursive: true });
		await symlink(join(root, "node_modules", name), link);
	}
	const entries = Object.keys(manifest.exports)
		.filter((entry) => !entry.endsWith(".json"))
		.map((entry) => entry.replace(".", "localhook"));
	await writeFile(join(user, "load.mjs"), loading(entries));
	const vitest = join(root, "node_modules/vitest/vitest.mjs");
	await writeFile(join(user, "import.test.mjs"), importingVitest);
	for (const version of nodes) {
		const node = ["--yes", "--package", `node@${version}`, "node"];
		const by = async (/** @type {string[]} */ ...words) =>
			(await run("npx", [...node, ...words], { cwd: user })).stdout.trim();
		await by(vitest, "run", "--root", user);
		console.log(`${await by("load.mjs")}, and Vitest runs its fixture`);
	}
}

/** @param {readonly string[]} entries */
function loading(entries) {
	return `
import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
for (const entry of ${JSON.stringify(entries)}) {
	const required = require(entry);
	const imported = await import(entry);
	const names = Object.keys(imported).filter((name) => name !== "module.exports");
	if (names.length === 0 || names.join() !== Object.keys(required).sort().join())
		throw new Error(entry + " exports " + names + " and " + Object.keys(required));
}
const { setupLocalhook } = await import("localhook/msw");
const { LocalhookError } = require("localhook");
try {
	setupLocalhook({ providers: ["acme"] });
} catch (error) {
	if (!(error instanceof LocalhookError)) throw error;
}
console.log("Node " + process.versions.node + " imports and requires ${entries.join(", ")}");
`;
}

/**
 * @param {string} path
 * @returns {Promise<number>} bytes
 */
async function sizeOf(path) {
	const stats = await lstat(path);
	if (!stats.isDirectory()) return stats.size;
	const names = await readdir(path);
	const sizes = names.map((name) => sizeOf(join(path, name)));
	return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/** @param {number} bytes */
function megabytes(bytes) {
	return (bytes / 1e6).toFixed(1);
}

/** @param {number} bytes */
function kilobytes(bytes) {
	return Math.round(bytes / 1000);
}
