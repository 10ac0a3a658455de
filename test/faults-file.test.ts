import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { readFaults } from "../src/config/provider-problems.ts";
import { folderWith } from "./support/folder.ts";
import { runInProcess, startInProcess } from "./support/in-process.ts";
import { plain, usual } from "./support/providers.ts";

async function read(text: string, name = "faults.yaml") {
	return readFaults(join(await folderWith({ [name]: text }), name));
}

describe("a file of faults", () => {
	const spec = { fault: "delay", by: "3s", match: `provider:${usual.id}` };

	it.each([
		["a list", `- { fault: delay, by: 3s, match: provider:${usual.id} }`],
		[
			"a list under its name",
			`faults:\n  - fault: delay\n    by: 3s\n    match: provider:${usual.id}`,
		],
		["JSON", JSON.stringify({ faults: [spec] })],
	])("may hold %s", async (_, text) => {
		expect(await read(text)).toEqual([spec]);
	});

	it("may plan nothing", async () => {
		expect(await read("[]", "faults.json")).toEqual([]);
	});

	it.each([
		["", /: it has no "faults"\.$/],
		["drop", /:1:1: it must be a table of names, not "drop"\.$/],
		["fault: drop", /:1:1: fault: there is no such .*"faults"/],
		["faults: drop", /:1:9: faults: it must be a list, not "drop"\.$/],
		["- drop", /:1:3: .*a table of names, not "drop"\.$/],
		["- { match: x }", /:1:3: .*it has no "fault"\.$/],
		["- { fault: drp }", /:1:12: .*"drp" is not known.*"drop"\?.* reset\.$/],
		["- { fault: 7 }", /:1:12: .*7 is not known here\./],
		["- { fault: drop, tims: 1 }", /:1:18: .*tims: .*"times"/],
		[
			"- { fault: drop, times: '1' }",
			/:1:25: .*a whole number from 1 up, not "1"\.$/,
		],
		["- { fault: drop, times: 0 }", /:1:25: .*from 1 up, not 0\.$/],
		["- { fault: drop, probability: 2 }", /:1:31: .*from 0 to 1, not 2\.$/],
		[
			"- { fault: drop, __proto__: {} }",
			/:1:18: .*a fault takes no "__proto__"/,
		],
		["- { fault: delay }", /:1:3: .*it needs "by"/],
		["- { fault: delay, by: 3 }", /:1:23: .*text in quotes, not 3\.$/],
		["- { fault: delay, by: soon }", /:1:23: .*"soon"/],
		["- { fault: status }", /:1:3: .*it needs "status"/],
		["- { fault: drop, match: 'x:' }", /:1:25: .*/],
		["- { fault: drop", /:1:\d+: /],
		[
			`- { fault: drop, provider: ${plain.id}x }`,
			new RegExp(
				`:1:28: faults\\[0\\].provider: there is no running provider "${plain.id}x"\\. Did you mean "${plain.id}"\\? Choose one of `,
			),
		],
		[
			`- { fault: reset, provider: ${plain.id}, operation: create-secret }`,
			new RegExp(
				`:1:48: .*there is no ${plain.id} operation "create-secret"\\.`,
			),
		],
		[
			"- { fault: reset, operation: create-secre }",
			/:1:30: .*Did you mean "create-secret"\?/,
		],
		[`faults: [${"{ fault: drop },".repeat(101)}]`, /at most 100, not 101/],
	])("of %j is refused with the place", async (text, expected) => {
		const failure = read(text);

		await expect(failure).rejects.toMatchObject({ code: "invalid-config" });
		await expect(failure).rejects.toThrow(expected);
	});

	it("is refused with everything that is wrong with it", async () => {
		const failure = read(
			"faults:\n  - { fault: delay }\n  - { fault: drop, times: x }\n  - { fault: drop }\n  - { falt: drop }",
		);

		await expect(failure).rejects.toMatchObject({
			details: {
				problems: [
					{ line: 2, path: "faults[0]" },
					{ line: 3, path: "faults[1].times" },
					{ line: 5, path: "faults[3]" },
					{ line: 5, path: "faults[3].falt" },
				],
			},
		});
	});
});

test("start goes by the clock, the speed and the faults that it is given, and says so", async () => {
	const folder = await folderWith({
		"localhook.config.yaml": "faultsFile: ./faults.yaml\nspeed: 60",
		"faults.yaml": `- { fault: status, status: 503, provider: ${usual.id} }`,
	});
	const { url, printed } = await startInProcess([
		"--config",
		join(folder, "localhook.config.yaml"),
		"--clock",
		"virtual=2030-01-01",
	]);

	const [banner] = await printed(/seed .*/);
	const clock = await fetch(`${url}/_localhook/clock`);
	const call = await fetch(`${url}/${usual.id}${usual.path}`, {
		headers: { authorization: "Token any" },
	});

	expect(banner).toBe(
		"seed localhook · virtual clock at 2030-01-01 00:00:00 · 60 times as fast · 1 fault · Ctrl-C stops",
	);
	expect(await clock.json()).toMatchObject({
		mode: "virtual",
		speed: 60,
		now: "2030-01-01T00:00:00.000Z",
	});
	expect(call.status).toBe(503);
});

const plan = `[{ fault: drop, provider: ${plain.id} }, { fault: status, status: 503, operation: create-secret }]`;

test.each([
	["a file of faults", "faultsFile: faults.yaml", plan],
	["a configuration", `faults: ${plan}`, ""],
])(
	"what %s says of providers that are not started lies idle",
	async (_, config, text) => {
		const folder = await folderWith({ "c.yaml": config, "faults.yaml": text });

		const { url } = await startInProcess([
			usual.id,
			"--config",
			join(folder, "c.yaml"),
		]);
		const planned = await fetch(`${url}/_localhook/faults`);

		expect(await planned.json()).toEqual({
			faults: [
				{
					fault: "status",
					status: 503,
					operation: "create-secret",
					drawn: 0,
					applied: 0,
				},
			],
		});
	},
);

test("a virtual clock starts at the present, and the ready line tells which clock it is", async () => {
	const before = Date.now();
	const words = [usual.id, "--json", "--clock=virtual"];
	const { printed } = await startInProcess(words);

	const [line] = await printed(/.*"ready".*/);

	const { clock } = JSON.parse(line);
	expect(clock).toMatchObject({ mode: "virtual", speed: 1 });
	expect(Date.parse(clock.now)).toBeGreaterThanOrEqual(before);
	expect(Date.parse(clock.now)).toBeLessThanOrEqual(Date.now());
});

test("a file of faults that is not there ends start before it serves", async () => {
	const { code, stderr } = await runInProcess([
		"start",
		"--faults-file",
		"nowhere.yaml",
	]);

	expect(code).toBe(2);
	expect(stderr).toContain(
		'Failed to read the faults "nowhere.yaml": there is no such file.',
	);
});
