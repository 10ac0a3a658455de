import { expect, test } from "vitest";
import { main } from "../support/command.ts";
import { folderWith } from "../support/folder.ts";
import { installExample, runIn } from "../support/project.ts";
import { python, withoutPython } from "../support/python.ts";

// Those with Vitest and Playwright are run by the one start of either that there is in `runners.test.ts`.

async function testsOf(name: string, words: readonly string[]) {
	const folder = await folderWith();
	await installExample(folder, name);
	const { code, stdout, stderr } = await runIn(folder, words);
	return { code, said: stdout + stderr };
}

test("the tests of examples/solvimon-hono pass", async () => {
	const { code, said } = await testsOf("solvimon-hono", ["--test"]);

	expect([code, said]).toEqual([0, expect.stringMatching(/^# pass 4$/m)]);
});

test.skipIf(withoutPython)(
	"the tests of examples/openformat-python pass",
	async () => {
		const command = [python, "-B", "-m", "unittest"];
		const words = [main, "exec", "openformat", "--", ...command];

		const { code, said } = await testsOf("openformat-python", words);

		expect([code, said]).toEqual([0, expect.stringContaining("Ran 3 tests")]);
	},
);
