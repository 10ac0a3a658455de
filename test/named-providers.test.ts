import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { builtInIds } from "../src/catalog.ts";

const folder = fileURLToPath(new URL("./", import.meta.url));

/**
 * The tests that are about a provider, and why: what starts with the words. All others pick one from the catalogue by
 * what it has (`support/providers.ts`) or take the invented one of `support/acme.ts`, so that another provider changes
 * none of them.
 */
const about: Readonly<Record<string, readonly string[]>> = {
	"a provider is what they are of": [
		"providers/",
		"collection/",
		"receivers/openformat.py",
		"receivers/prolific.py",
		"receivers/solvimon.py",
		"receivers/spritz.py",
		"rewritten-bodies.test.ts",
		"signature-vectors.test.ts",
	],
	"receivers are written for a provider's own formula": [
		"checks/receivers.test.ts",
		"cli-explain.test.ts",
		"explain/mistakes.test.ts",
		"support/checked.ts",
		"support/mistaken.ts",
		"support/recompute.py",
	],
	"a file of the examples or of the collection has it in its name": [
		"check/examples.test.ts",
		"collection.test.ts",
		"docs-blocks.test.ts",
		"docs.test.ts",
	],
	"a user writes it: on a command line, in a file, in a variable": [
		"check/action.test.ts",
		"check/cli-processes.test.ts",
		"check/config-processes.test.ts",
		"check/exec.test.ts",
		"cli-commands.test.ts",
		"cli-completion.test.ts",
		"cli-explain.test.ts",
		"cli-steering.test.ts",
		"cli-variables.test.ts",
		"cli.test.ts",
		"config-file.test.ts",
		"config.test.ts",
	],
	"the typed surface has a member of its name": [
		"check/package.test.ts",
		"check/public-surface.txt",
		"check/runners.test.ts",
		"hooks-errors.test.ts",
		"hooks-play.test.ts",
		"hooks-types.test.ts",
		"hooks.test.ts",
		"matchers.test.ts",
		"start-localhook.test.ts",
		"unknown-fields.test.ts",
		"unknown-names.test.ts",
		"wrong-values.test.ts",
	],
};
const starts = Object.values(about).flat();

/** All but the lists of the providers that there are, and the invented one that is added to a copy. */
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
	.filter((entry) => entry.isFile())
	.map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
	.filter((file) => !/(^|\/)(fifth-provider|named-providers)/.test(file));

const isNamed = new RegExp(builtInIds.join("|"), "i");
const naming = files.filter((file) =>
	isNamed.test(file + readFileSync(join(folder, file), "utf8")),
);

it("no test names a provider but those that are about one", () => {
	const others = naming.filter(
		(file) => !starts.some((start) => file.startsWith(start)),
	);

	expect(
		others,
		"Pick a provider by what it has: test/support/providers.ts",
	).toEqual([]);
});

it.each(starts)(
	"what is said to be about a provider names one: %s",
	(start) => {
		expect(naming.some((file) => file.startsWith(start))).toBe(true);
	},
);
