import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { fill } from "../scripts/docs/markers.ts";
import { renderPages } from "../scripts/docs/pages.ts";
import { quote } from "../scripts/docs/quote.ts";
import { builtInIds, install } from "../src/catalog.ts";
import { errorCodes } from "../src/generated/tables.ts";

const read = (path: string) =>
	readFile(new URL(`../${path}`, import.meta.url), "utf8");

test("the generated parts of the documentation are up to date: npm run docs writes them", async () => {
	for (const [path, text] of await renderPages())
		expect(await read(path), path).toBe(text);
});

test("each provider has a page, which the index links to, with every claim, option and gap that there is", async () => {
	const index = await read("docs/README.md");

	for (const id of builtInIds) {
		const { provider, fidelity } = await install(id);
		const { fidelity: claims = [], notPlayed = [] } = fidelity ?? {};
		const page = await read(`docs/providers/${id}.md`);
		expect(index).toContain(`(providers/${id}.md)`);
		expect(page).toMatch(new RegExp(`^# ${provider.title}\n`));
		for (const { claim } of claims)
			expect(page).toContain(claim.replaceAll("|", "\\|"));
		for (const { what } of notPlayed)
			expect(page).toContain(what.replaceAll("|", "\\|"));
		for (const name of Object.keys(provider.options))
			expect(page).toContain(`| \`${id}.${name}\` |`);
	}
});

test("the page of the control API names every path", async () => {
	const page = await read("docs/control-api.md");
	const { paths } = parse(await read("openapi/localhook.yaml"));

	const names = Object.keys(paths).map((path) => path.slice(1));
	expect(names.filter((path) => !page.includes(`${path}\``))).toEqual([]);
});

test("the page of the control API names every error code", async () => {
	const page = await read("docs/control-api.md");

	for (const code of Object.keys(errorCodes))
		expect(page).toContain(`\`${code}\``);
});

test("a generated part is written anew, and the text around it stays", async () => {
	const page =
		"before\n<!-- generated: a -->\nold\n<!-- /generated -->\nbetween $&\n<!-- generated: b -->\n<!-- /generated -->\nafter";

	const filled = await fill(page, async (name) => `new ${name} $&`);

	expect(filled).toBe(
		"before\n<!-- generated: a -->\n\nnew a $&\n\n<!-- /generated -->\nbetween $&\n<!-- generated: b -->\n\nnew b $&\n\n<!-- /generated -->\nafter",
	);
	expect(await fill(filled, async (name) => `new ${name} $&`)).toBe(filled);
});

test("a part that nobody writes, or that does not end, is reported", async () => {
	const open = "<!-- generated: a -->\nold";

	await expect(
		fill(`${open}\n<!-- /generated -->`, async () => undefined),
	).rejects.toThrow('"a"');
	await expect(fill(open, async () => "new")).rejects.toThrow("no end");
});

test("a quotation has the region alone, without its markers and indentation", async () => {
	const quoted = await quote("examples/prolific-express/app.ts#route");

	expect(quoted).toMatch(/^\[`examples.*\n\n```ts\n\/\/ The raw body/);
	expect(quoted).toContain('\napp.post("/webhooks/prolific"');
	expect(quoted).not.toContain("region");
	await expect(
		quote("examples/prolific-express/app.ts#nonesuch"),
	).rejects.toThrow('no region "nonesuch"');
});
