// The packed tarball beside each version of msw that is named, as a user has them: `node scripts/check-msw.js 2.13.0 3`.
// msw 3 wants Node 22.12, which npm brings where this runs under less. Run after a build.
import { execFile } from "node:child_process";
import {
	copyFile,
	mkdir,
	mkdtemp,
	readdir,
	readFile,
	rm,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));
const { devDependencies } = JSON.parse(
	await readFile(join(root, "package.json"), "utf8"),
);
const versions = process.argv.slice(2);
if (versions.length === 0) {
	console.error(
		"Failed to check msw: no version is named. Give one or more, such as 2.13.0 3.",
	);
	process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), "localhook-msw-"));
try {
	const pack = ["pack", "--ignore-scripts", "--pack-destination", folder];
	await run("npm", pack, { cwd: root });
	const [tarball] = await readdir(folder);
	for (const version of versions)
		await check(version, join(folder, /** @type {string} */ (tarball)));
} finally {
	await rm(folder, { recursive: true, force: true });
}

/**
 * @param {string} version
 * @param {string} tarball
 */
async function check(version, tarball) {
	const user = join(folder, `with-${version}`);
	await mkdir(user);
	await writeFile(join(user, "package.json"), '{ "private": true }');
	const packages = [
		tarball,
		`msw@${version}`,
		`axios@${devDependencies.axios}`,
	];
	const quietly = ["--ignore-scripts", "--no-audit", "--no-fund"];
	// A peer's range may lag behind what works; what works is what is seen here.
	const install = ["install", "--prefer-offline", "--force", ...quietly];
	await run("npm", [...install, ...packages], { cwd: user });
	await copyFile(
		new URL("msw-user.js", import.meta.url),
		join(user, "use.test.mjs"),
	);
	const manifest = join(user, "node_modules/msw/package.json");
	const { version: exact } = JSON.parse(await readFile(manifest, "utf8"));
	const [major] = exact.split(".");
	const node = Number(major) >= 3 ? nodeFor3() : [process.execPath];
	const [command, ...words] = /** @type {[string, ...string[]]} */ (node);
	try {
		const { stdout } = await run(
			command,
			[...words, "--test", "--test-reporter=tap", "use.test.mjs"],
			{ cwd: user },
		);
		const [, passed] = /^# pass (\d+)$/m.exec(stdout) ?? [];
		const [, on] = /^# on (Node .+)$/m.exec(stdout) ?? [];
		console.log(`msw ${exact}: ${passed} tests passed on ${on}`);
	} catch (error) {
		const { stdout, stderr } = /** @type {Record<string, string>} */ (error);
		throw new Error(`msw ${exact} failed:\n${stdout}${stderr}`);
	}
}

/** @returns {string[]} */
function nodeFor3() {
	const [major, minor] = process.versions.node.split(".").map(Number);
	const isEnough =
		/** @type {number} */ (major) > 22 ||
		(major === 22 && /** @type {number} */ (minor) >= 12);
	if (isEnough) return [process.execPath];
	return ["npx", "--yes", "--package", "node@22", "node"];
}
