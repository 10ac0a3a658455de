import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { fidelityPage } from "../scripts/fidelity-page.js";
import { install, providerIds } from "../src/catalog.ts";
import { errorCodes } from "../src/errors.ts";

const read = (path: string) =>
	readFile(new URL(`../${path}`, import.meta.url), "utf8");

test("docs/fidelity.md says what the fidelity records say", async () => {
	const ids = await providerIds();
	const providers = await Promise.all(
		ids.map(async (id) => (await install(id)).provider),
	);

	expect(await read("docs/fidelity.md")).toBe(fidelityPage(providers));
});

test("the README names every provider, every error code and the limits", async () => {
	const readme = await read("README.md");

	for (const id of await providerIds()) expect(readme).toContain(`\`${id}\``);
	for (const code of Object.keys(errorCodes))
		expect(readme).toContain(`\`${code}\``);
	expect(readme).toContain("## Limits");
});
