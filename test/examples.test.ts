import { spawn } from "node:child_process";
import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { main } from "./support/command.ts";
import { folderWith } from "./support/folder.ts";
import { withoutPython } from "./support/python.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const packages = join(root, "node_modules");
const runner = (path: string, ...words: string[]) => [
	process.execPath,
	join(packages, path),
	...words,
];

/** A copy of an example with its packages, as an installation would leave it. */
async function copyOf(name: string): Promise<string> {
	const folder = await folderWith();
	await cp(join(root, "examples", name), folder, { recursive: true });
	const manifest = await readFile(join(folder, "package.json"), "utf8").catch(
		() => "{}",
	);
	const { dependencies, devDependencies } = JSON.parse(manifest);
	for (const wanted of Object.keys({ ...dependencies, ...devDependencies })) {
		const place = join(folder, "node_modules", wanted);
		await mkdir(dirname(place), { recursive: true });
		const found = wanted === "localhook" ? root : join(packages, wanted);
		await symlink(found, place, "junction");
	}
	return folder;
}

/** Runs a command of the example's as its user does: nothing of this run's environment reaches it. */
async function run([name = "", ...words]: string[], cwd: string) {
	const { PATH, HOME, SystemRoot } = process.env;
	const child = spawn(name, words, {
		cwd,
		env: { PATH, HOME, SystemRoot, NO_COLOR: "1" },
		stdio: ["ignore", "pipe", "pipe"],
	});
	onTestFinished(() => void child.kill("SIGKILL"));
	const ended = new Promise<number | null>((resolve) => {
		child.once("close", resolve);
	});
	const [stdout, stderr] = await Promise.all([
		text(child.stdout),
		text(child.stderr),
	]);
	return { code: await ended, said: stdout + stderr };
}

test.each([
	[
		"prolific-express",
		runner("vitest/vitest.mjs", "run"),
		/Tests +4 passed \(4\)/,
	],
	["spritz-next", runner("vitest/vitest.mjs", "run"), /Tests +3 passed \(3\)/],
	["solvimon-hono", [process.execPath, "--test"], /^# pass 3$/m],
	[
		"openformat-fastify",
		runner("@playwright/test/cli.js", "test", "--workers=1"),
		/^ +2 passed/m,
	],
])("the tests of examples/%s pass", async (name, command, passed) => {
	const { code, said } = await run(command, await copyOf(name));

	expect([code, said]).toEqual([0, expect.stringMatching(passed)]);
});

test.skipIf(withoutPython)(
	"the tests of examples/openformat-python pass",
	async () => {
		const words = ["exec", "openformat", "--", "python3", "-B", "-m"];
		const command = [process.execPath, main, ...words, "unittest"];

		const { code, said } = await run(
			command,
			await copyOf("openformat-python"),
		);

		expect([code, said]).toEqual([0, expect.stringContaining("Ran 3 tests")]);
	},
);
