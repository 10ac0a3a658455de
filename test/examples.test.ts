import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { main } from "./support/command.ts";
import { projectWith, runIn } from "./support/project.ts";
import { python, withoutPython } from "./support/python.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const bin = (path: string) => join(root, "node_modules", path);

/** Runs an example's tests in a copy of it that has the packages of its manifest and no others. */
async function testsOf(name: string, words: readonly string[]) {
	const example = join(root, "examples", name);
	const manifest = await readFile(join(example, "package.json"), "utf8").catch(
		() => "{}",
	);
	const { dependencies, devDependencies } = JSON.parse(manifest);
	const { localhook: _, ...packages } = { ...dependencies, ...devDependencies };
	const folder = await projectWith({}, Object.keys(packages));
	await cp(example, folder, { recursive: true });

	const { code, stdout, stderr } = await runIn(folder, words);
	return { code, said: stdout + stderr };
}

/** Each starts a test runner, which takes its time where others want the machine too. */
const timeout = 60_000;

test.each([
	["prolific-express", [bin("vitest/vitest.mjs"), "run"], /Tests +4 passed/],
	["spritz-next", [bin("vitest/vitest.mjs"), "run"], /Tests +4 passed/],
	["solvimon-hono", ["--test"], /^# pass 4$/m],
	[
		"openformat-fastify",
		[bin("@playwright/test/cli.js"), "test", "--workers=1"],
		/^ +2 passed/m,
	],
])(
	"the tests of examples/%s pass",
	{ timeout },
	async (name, words, passed) => {
		const { code, said } = await testsOf(name, words);

		expect([code, said]).toEqual([0, expect.stringMatching(passed)]);
	},
);

test.skipIf(withoutPython)(
	"the tests of examples/openformat-python pass",
	async () => {
		const command = [python, "-B", "-m", "unittest"];
		const words = [main, "exec", "openformat", "--", ...command];

		const { code, said } = await testsOf("openformat-python", words);

		expect([code, said]).toEqual([0, expect.stringContaining("Ran 3 tests")]);
	},
);
