import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { command } from "./support/command.ts";
import { folderWith } from "./support/folder.ts";
import { withoutPython } from "./support/python.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

/** A copy of an example as a user has it: with `localhook` and the packages that it needs beside it. */
async function copyOf(name: string): Promise<string> {
	const folder = await folderWith();
	await cp(join(root, "examples", name), folder, { recursive: true });
	return folder;
}

test.skipIf(withoutPython)(
	"OpenFormat in Python passes its tests",
	async () => {
		const folder = await copyOf("openformat-python");
		const words = [
			"exec",
			"openformat",
			"--",
			"python3",
			"-B",
			"-m",
			"unittest",
		];

		const { code, stderr } = await command(words, {}, folder).finished;

		expect([code, stderr]).toEqual([0, expect.stringContaining("Ran 3 tests")]);
	},
);
