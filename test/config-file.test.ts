import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { configSchema } from "../scripts/docs/schema.ts";
import { builtInIds, install } from "../src/catalog.ts";
import { loadConfig } from "../src/config/load-config.ts";
import { problemLine } from "../src/config/problem.ts";
import { checkConfig } from "../src/config/schema.ts";
import { settingEntries } from "../src/config/settings.ts";
import { type Config, defineConfig } from "../src/index.ts";
import { folderWith } from "./support/folder.ts";

async function load(name: string, text: string) {
	const folder = await folderWith({ [name]: text });
	const loaded = await loadConfig(folder, name);
	if (loaded === undefined) throw new Error("It was not found.");
	return { ...loaded, folder };
}

async function problemsOf(name: string, text: string): Promise<string[]> {
	return (await load(name, text)).problems.map(problemLine);
}

describe("which file", () => {
	it.each([
		["ts", "export default { port: 1 as number };"],
		["mts", "export default { port: 1 as number };"],
		["js", "module.exports = { port: 1 };"],
		["mjs", "export default { port: 1 };"],
		["yaml", "port: 1"],
		["yml", "port: 1"],
		["json", '\uFEFF{\n\t"$schema": "x",\n\t"port": 1\n}'],
	])("is found by its name: localhook.config.%s", async (ending, text) => {
		const folder = await folderWith({ [`localhook.config.${ending}`]: text });

		const loaded = await loadConfig(folder, undefined);

		expect(loaded?.problems).toEqual([]);
		expect(loaded?.config.port).toBe(1);
	});

	it("is none where there is none", async () => {
		expect(await loadConfig(await folderWith(), undefined)).toBeUndefined();
	});

	it("is refused where there are two, and chosen by name", async () => {
		const folder = await folderWith({
			"localhook.config.json": '{"port":1}',
			"localhook.config.ts": "throw new Error('It was run.')",
		});

		await expect(loadConfig(folder, undefined)).rejects.toThrow(
			/localhook\.config\.ts and localhook\.config\.json.*--config/,
		);
		const chosen = await loadConfig(folder, "localhook.config.json");
		expect(chosen?.config).toEqual({ port: 1 });
	});

	it.each([
		["missing.yaml", "no such file"],
		["package.toml", ".ts, .mts, .js, .mjs, .yaml, .yml, .json"],
	])("is refused by name: %s", async (name, reason) => {
		const failure = loadConfig(await folderWith(), name);

		await expect(failure).rejects.toMatchObject({ code: "invalid-config" });
		await expect(failure).rejects.toThrow(reason);
	});

	it("names other files from where it is", async () => {
		const { config, folder } = await load(
			"c.yaml",
			"handlers: ./sub/h.ts\nfaultsFile: faults.yaml\nwriteEnvFile: .env",
		);

		expect(config).toEqual({
			handlers: join(folder, "sub/h.ts"),
			faultsFile: join(folder, "faults.yaml"),
			writeEnvFile: join(folder, ".env"),
		});
	});
});

describe("a problem", () => {
	it.each([
		[
			"port: x",
			'1:7: port: it must be a whole number from 0 to 65535, not "x".',
		],
		[
			"port: 70000",
			"1:7: port: it must be a whole number from 0 to 65535, not 70000.",
		],
		[
			"port:",
			"1:6: port: it must be a whole number from 0 to 65535, not empty.",
		],
		["seed: 7", "1:7: seed: it must be text in quotes, not 7."],
		["seed: ''", '1:7: seed: it must hold something, not "".'],
		["speed: 0", "1:8: speed: it must be a number from 1 to 1000000, not 0."],
		["speed: fast", /^1:8: speed: it must be a number from 1 .*"fast"/],
		["clock: virtual=soon", /^1:8: clock: .*"virtual=soon".*real, virtual/],
		["strict: yes", '1:9: strict: it must be true or false, not "yes".'],
		[
			"providers: prolific",
			'1:12: providers: it must be a list, not "prolific".',
		],
		["options: [a]", "1:10: options: it must be a table of names, not a list."],
		["- port", "1:1: it must be a table of names, not a list."],
		["prot: 1", /^1:1: prot: there is no such setting\. Did you mean "port"\?/],
		["target: x", /^1:1: target: .* It is called "receiver" now\./],
		["allowTargets: []", /^1:1: .* It is called "allowReceivers" now\./],
		[
			"faults: f.yaml",
			'1:9: faults: it must be a list, not "f.yaml". A file of faults goes into "faultsFile".',
		],
		[
			"faults: []\nfaultsFile: f.yaml",
			'2:1: faultsFile: "faults" stands here too, and only one of the two is injected. Take one away.',
		],
		["faults: [{ fault: drp }]", /^1:19: faults\[0\]\.fault: .*"drop"\?/],
		["<<: { port: 1 }", /^1:1: \["<<"\]: there is no such setting/],
		["__proto__: { port: 1 }", /^1:1: __proto__: there is no such setting/],
		["receiver: localhost", /^1:11: receiver: .*"localhost".*http/],
		["receiver: { spritz: x }", /^1:21: receiver\.spritz: .*"x".*http/],
		["receiver: { acme: http://a.test }", /^1:13: .*no such provider/],
		[
			"receiver: 7",
			"1:11: receiver: it must be text in quotes or a table of names, not 7.",
		],
		["\nproviders:\n  - prolifc", /^3:5: providers\[0\]: .*"prolific"\?/],
		["allowReceivers: [a.test, 'x/y']", /^1:26: allowReceivers\[1\]: .*"x\/y"/],
		["rewrites: { a: b }", /^1:16: rewrites\.a: .*"a=b"/],
		["options:\n  acme: {}", /^2:3: options\.acme: .*no such provider/],
		[
			"options:\n  __proto__: {}",
			/^2:3: options\.__proto__: .*no such provider/,
		],
		["options: { prolific: { jsn: x } }", /^1:29: .*"jsn".*"json"\?/],
		[
			"options: { prolific: { targets: any } }",
			/^1:33: .*It is called "receivers" now\./,
		],
		["options: { prolific: { json: x } }", /^1:30: .*"x".*python, compact/],
		[
			"credentials: { solvimon: ['k:NO'] }",
			/^1:27: .*\[0\]: .*list of permissions/,
		],
		["port: 1\nport: 2", /^2:1: this name stands there before\. Keep/],
		["port: [1", /^1:9: it is not YAML: .*\. Close brackets/],
		[
			"port: 1\n---\nport: 2",
			/^2:1: a second document begins here\. Keep one\.$/,
		],
		[
			"port: !!js/function 'x'",
			/^1:7: this tag is not known\. Write the value without it\.$/,
		],
		["port: *nope", /it is not YAML: .*nope.*\. Write the value itself\.$/],
	])("of %j says where it is", async (text, expected) => {
		const [problem = "", ...rest] = await problemsOf("c.yaml", text);

		const found = problem.replace("c.yaml:", "").trimStart();
		if (typeof expected === "string") expect(found).toBe(expected);
		else expect(found).toMatch(expected);
		expect(rest).toEqual([]);
	});

	it.each([
		['{"port": 1,}', /^c\.json:1:12: .*JSON/],
		["port: 1", /^c\.json:1:1: .*JSON/],
		['{\n\t"port": 1 # one\n}', /^c\.json:2:12: .*JSON/],
		['{"port": "1"}', /^c\.json:1:10: port: /],
		['{"port"', /^c\.json/],
	])("of the JSON %j does too", async (text, expected) => {
		expect(await problemsOf("c.json", text)).toEqual([
			expect.stringMatching(expected),
		]);
	});

	it.each([
		[
			"export default { options: { prolific: { retry: 'x' } } }",
			/^c\.ts: options\.prolific\.retry: .*"x"/,
		],
		["export default { port: () => 1 }", /^c\.ts: port: .*not a function/],
		["export default {\n\ta b\n}", /^c\.ts:2:4: it cannot be run: /],
		["throw new Error('boom')", /^c\.ts: it cannot be run: boom\. /],
		["throw null", /^c\.ts: it cannot be run: null\. /],
		["import 'nowhere'", /^c\.ts: it cannot be run: .*nowhere/],
		["export const port = 1", /^c\.ts: it exports nothing by default/],
	])("of the module %j is told by its path", async (text, expected) => {
		expect(await problemsOf("c.ts", text)).toEqual([
			expect.stringMatching(expected),
		]);
	});

	it("is not the only one: all are told, in the order of the file", async () => {
		const problems = await problemsOf(
			"c.yaml",
			"prot: 1\nport: x\nreceiver: y\noptions: { prolific: { a: b, c: d } }\nseed: 7",
		);

		expect(problems.map((line) => line.split(":")[1])).toEqual([
			"1",
			"2",
			"3",
			"4",
			"4",
			"5",
		]);
	});

	it.each([
		["much text", `seed: ${"x".repeat(200_000)}`],
		["deep nesting", "[".repeat(20_000)],
		[
			"aliases of aliases",
			`a: &a [x]\n${[..."bcdefghij"].map((name, index) => `${name}: &${name} [${`*${"abcdefghij"[index]},`.repeat(10)}]`).join("\n")}`,
		],
		[
			"many names",
			Array.from({ length: 3000 }, (_, n) => `a${n}: 1`).join("\n"),
		],
	])("of %s takes no time to speak of", async (_, text) => {
		const { problems } = await load("c.yaml", text);

		expect(problems.length).toBeGreaterThan(0);
		expect(problems.length).toBeLessThanOrEqual(100);
	});

	it("is all that can come of any value, and has a line", async () => {
		const names = settingEntries.map(([name]) => name);
		const anything = fc.dictionary(
			fc.oneof(fc.constantFrom<string>(...names, "__proto__"), fc.string()),
			fc.jsonValue({ maxDepth: 3 }),
			{ maxKeys: 4, noNullPrototype: true },
		);
		const folder = await folderWith();
		const { writeFile } = await import("node:fs/promises");

		await fc.assert(
			fc.asyncProperty(anything, async (value) => {
				await writeFile(join(folder, "c.json"), JSON.stringify(value, null, 2));
				const loaded = await loadConfig(folder, "c.json");
				for (const { line, column, message } of loaded?.problems ?? []) {
					expect(line).toBeGreaterThan(0);
					expect(column).toBeGreaterThan(0);
					expect(message).not.toBe("");
				}
			}),
			{ numRuns: 60 },
		);
	});
});

const everything = defineConfig({
	providers: ["prolific", "solvimon"],
	port: 0,
	host: "127.0.0.1",
	seed: "7",
	clock: "virtual=2026-11-21T10:00:00Z",
	speed: 60,
	receiver: "http://127.0.0.1:3000/hooks",
	receiverHeaders: { "x-gateway-key": "abc" },
	receiverCa: "./ca.pem",
	strict: true,
	credentials: { solvimon: ["key:WEBHOOK.VIEW"] },
	options: { prolific: { json: "compact" } },
	allowReceivers: ["10.0.0.7:3000"],
	rewrites: { "https://hooks.example.com": "http://127.0.0.1:3000" },
	allowHosts: ["api.test"],
	corsOrigins: ["http://localhost:5173"],
	token: "a-token-of-mine-1",
	handlers: "./handlers.ts",
	faults: [{ fault: "drop", times: 1 }],
	faultsFile: "./faults.yaml",
	writeEnvFile: "./.env.localhook",
	overwriteEnvFile: false,
	json: false,
	quiet: true,
}) satisfies Config;

describe("the type, the schema and the table", () => {
	it("name the same settings and take the same values", async () => {
		const names = settingEntries.map(([name]) => name);
		// A setting that the type has and this does not is a compile error.
		const whole: Record<keyof Config, unknown> = everything as Required<Config>;

		expect(Object.keys(whole)).toEqual(expect.arrayContaining(names));
		expect(Object.keys(configSchema([]).properties)).toEqual([
			"$schema",
			...names,
		]);
		expect(checkConfig({ ...everything, faults: undefined })).toEqual([]);
		expect(checkConfig({ ...everything, faultsFile: undefined })).toEqual([]);
	});

	it("refuse the same values", async () => {
		const wrong: Config[] = [
			// @ts-expect-error a setting that there is not
			{ prot: 1 },
			// @ts-expect-error a number it must be
			{ port: "1" },
			// @ts-expect-error a list it must be
			{ providers: "prolific" },
			// @ts-expect-error a list it must be
			{ credentials: { prolific: "abc" } },
			// @ts-expect-error text it must be
			{ options: { prolific: { json: true } } },
			// @ts-expect-error text it must be
			{ rewrites: { "https://a.test": 1 } },
			// @ts-expect-error true or false it must be
			{ strict: "yes" },
		];
		const published = await publishedSchema();
		const valid = new Ajv2020({ allowUnionTypes: true }).compile(published);

		for (const config of wrong) {
			expect(checkConfig(config), JSON.stringify(config)).toHaveLength(1);
			expect(valid(config), JSON.stringify(config)).toBe(false);
		}
		expect(valid(everything)).toBe(true);
		expect(valid({ options: { prolific: { json: "x" } } })).toBe(false);
		expect(valid({ providers: ["acme"] })).toBe(false);
	});
});

test("localhook.schema.json says what the table and the providers say", async () => {
	const ids = builtInIds;
	const providers = await Promise.all(
		ids.map(async (id) => (await install(id)).provider),
	);

	// Write it anew with `npm run docs`.
	expect(await publishedSchema()).toEqual(configSchema(providers));
});

async function publishedSchema(): Promise<object> {
	const url = new URL("../localhook.schema.json", import.meta.url);
	return JSON.parse(await readFile(url, "utf8"));
}

test("a configuration that cannot be read is refused", async () => {
	const folder = await folderWith();
	await mkdir(join(folder, "localhook.config.yaml"));

	await expect(loadConfig(folder, undefined)).rejects.toThrow(
		'Failed to read the configuration "localhook.config.yaml": it is a folder. Give the path of a configuration.',
	);
});
