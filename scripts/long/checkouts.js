import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../../", import.meta.url));
const start = ["--port=0", "--json"];
const quietly = ["--prefer-offline", "--no-audit", "--no-fund"];

/**
 * What is committed, as somebody gets it who has no tarball.
 *
 * @param {import("./lab.js").Lab} lab
 */
export default async function checkouts(lab) {
	const folder = await mkdtemp(join(tmpdir(), "localhook-checkouts-"));
	const [clone, user] = [join(folder, "clone"), join(folder, "user")];
	try {
		await lab.check("a clone, after npm ci, starts and packs", async () => {
			await execute("git", ["clone", "--quiet", root, clone]);
			await inFolder(clone, "npm", "ci", ...quietly);
			await starts(clone, "npm", "start", "--silent", "--", ...start);
			await starts(clone, "npx", "localhook", "start", ...start);
			const packed = await inFolder(clone, "npm", "pack", "--silent");
			const tarball = packed.trim().split("\n").at(-1) ?? "";
			const file = ["xzOf", tarball, "package/package.json"];
			const { scripts } = JSON.parse(await inFolder(clone, "tar", ...file));
			if (scripts !== undefined)
				throw new Error(`The packed manifest has scripts: ${scripts}`);
			const left = await inFolder(clone, "git", "status", "--porcelain");
			if (left !== "") throw new Error(`Packing leaves behind: ${left}`);
		});
		await lab.check("an installation from git starts", async () => {
			await mkdir(user);
			await writeFile(join(user, "package.json"), '{ "private": true }');
			const url = `git+${pathToFileURL(root).href}`;
			await inFolder(user, "npm", "install", ...quietly, url);
			await starts(user, "npx", "localhook", "start", ...start);
		});
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/**
 * @param {string} cwd
 * @param {string} file
 * @param {string[]} words
 * @returns {Promise<string>} what it printed
 */
async function inFolder(cwd, file, ...words) {
	return (await execute(file, words, { cwd })).stdout;
}

/**
 * @param {string} cwd
 * @param {string} file
 * @param {string[]} words
 */
async function starts(cwd, file, ...words) {
	const child = spawn(file, words, {
		cwd,
		// npm does not hand on what ends it; the group is ended.
		detached: true,
		stdio: ["ignore", "pipe", "inherit"],
	});
	const ended = once(child, "close");
	try {
		const lines = createInterface(child.stdout);
		const [line] = await Promise.race([
			once(lines, "line"),
			ended.then(() => []),
		]);
		const { url } = JSON.parse(line);
		const { status } = await fetch(`${url}/_localhook/health`);
		if (status !== 200) throw new Error(`${[file, ...words]}: ${status}`);
	} finally {
		if (child.exitCode === null) process.kill(-(child.pid ?? 0), "SIGTERM");
		await ended;
	}
}
