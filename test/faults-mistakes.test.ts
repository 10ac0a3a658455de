import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../src/config/load-config.ts";
import { readFaults } from "../src/config/provider-problems.ts";
import { faultProblems } from "../src/engine/fault-plan.ts";
import { LocalhookError } from "../src/errors.ts";
import { controlDocument } from "../src/generated/control-document.ts";
import { scenarioSchema } from "../src/generated/scenario-schema.ts";
import { readScenario } from "../src/play/read-scenario.ts";
import { folderWith } from "./support/folder.ts";
import { openHooks } from "./support/hooks.ts";
import { usual } from "./support/providers.ts";
import { serve } from "./support/server.ts";

/** A fault, and what is wrong with it: up to the names there are, which differ with the providers. */
const mistakes: readonly (readonly [fault: unknown, problem: string])[] = [
	[7, "[0]: it must be a table of names, not 7"],
	[{}, '[0]: it has no "fault"'],
	[{ fault: "dorp" }, '[0].fault: "dorp" is not known here. Did you mean'],
	[{ fault: ["drop"] }, "[0].fault: a list is not known here."],
	[{ fault: "drop", tims: 1 }, '[0].tims: a fault takes no "tims". Did you'],
	[{ fault: "drop", times: "1" }, "[0].times: it must be a whole number from"],
	[{ fault: "drop", times: 0.5 }, "[0].times: it must be a whole number from"],
	[{ fault: "drop", times: 1.5 }, "[0].times: it must be a whole number from"],
	[{ fault: "drop", times: null }, "[0].times: it must be a whole number from"],
	[
		{ fault: "drop", probability: 2 },
		"[0].probability: it must be a number from 0 to 1, not 2",
	],
	[
		{ fault: "burst", copies: 1e9 },
		"[0].copies: it must be a whole number from 1 to 1000, not 1000000000",
	],
	[
		{ fault: "status", status: 200 },
		"[0].status: it must be a whole number from 400 to 599, not 200",
	],
	[
		{ fault: "drop", copies: 3 },
		"[0].copies: it has no effect on drop. Leave it out: it belongs to duplicate and burst.",
	],
	[
		{ fault: "delay", by: "3s", retryAfter: 1 },
		"[0].retryAfter: it has no effect on delay.",
	],
	[{ fault: "status" }, '[0]: it needs "status", such as 503'],
	[{ fault: "delay" }, '[0]: it needs "by", such as 3s'],
	[{ fault: "latency" }, '[0]: it needs "by", such as 3s'],
	[{ fault: "slow-upload" }, '[0]: it needs "over", such as 3s'],
	[{ fault: "delay", by: 3 }, "[0].by: it must be text in quotes, not 3"],
	[
		{ fault: "delay", by: "soon" },
		'[0].by: Failed to read the duration "soon"',
	],
	[
		{ fault: "duplicate", after: "soon" },
		'[0].after: Failed to read the duration "soon"',
	],
	[
		{ fault: "slow-upload", over: "soon" },
		'[0].over: Failed to read the duration "soon"',
	],
	[{ fault: "drop", match: "stat:x" }, "[0].match: Failed to read the query"],
	[{ fault: "drop", match: 5 }, "[0].match: it must be text in quotes, not 5"],
	[
		{ fault: "reset", match: "x" },
		'[0].match: reset applies to API calls, and "ma',
	],
	[
		{ fault: "latency", by: "1s", match: "x" },
		'[0].match: latency applies to API calls, and "ma',
	],
	[
		{ fault: "status", status: 503, match: "x" },
		'[0].match: status applies to API calls, and "ma',
	],
	[
		{ fault: "drop", operation: "create-secret" },
		"[0].operation: drop applies to deliveries, and",
	],
	[
		{ fault: "drop", provider: "prolifc" },
		`[0].provider: there is no running provider "prolifc". Did you mean "${usual.id}"?`,
	],
	[
		{ fault: "reset", operation: "create-secrt" },
		'[0].operation: there is no operation "create-secrt". Did you mean "create-secret"',
	],
];

/** From the path of the list of faults on, which is all that may differ from one way in to the next. */
function told(message: string): string {
	return message.slice(message.indexOf("faults[") + "faults".length);
}

async function refusal(call: () => unknown): Promise<string> {
	try {
		await call();
	} catch (error) {
		if (error instanceof LocalhookError) return error.message;
		throw error;
	}
	return "nothing";
}

async function fileOf(text: string, name = "plan.json") {
	return join(await folderWith({ [name]: text }), name);
}

const documentedFault = scenarioSchema.$defs?.Fault ?? {};

const scenario = { provider: usual.id, chapters: [] };

const ways: Readonly<Record<string, (faults: unknown[]) => Promise<string>>> = {
	async "a configuration"(faults) {
		const file = await fileOf(JSON.stringify({ faults }));
		const loaded = await loadConfig("/", file);
		const problems = loaded?.problems ?? [];
		return problems
			.map(({ path, message }) => `${path}: ${message}`)
			.join("\n");
	},
	"a file of faults": async (faults) =>
		refusal(async () => readFaults(await fileOf(JSON.stringify(faults)))),
	"a scenario": async (faults) =>
		refusal(async () =>
			readScenario(await fileOf(JSON.stringify({ ...scenario, faults }))),
		),
	"a step of a scenario": async (faults) =>
		refusal(async () => {
			const chapters = [{ title: "One", steps: [{ faults }] }];
			return readScenario(
				await fileOf(JSON.stringify({ ...scenario, chapters })),
			);
		}),
	"an option": async (faults) => refusal(() => openHooks({ faults })),
	"a call of TypeScript": async (faults) =>
		refusal(() => openHooks().faults.set(faults as never[])),
	"a call of the control API": async (faults) => {
		const { status, body } = await control("PUT", "/faults", { faults });
		expect(status).toBe(400);
		return body.detail;
	},
};

let control: Awaited<ReturnType<typeof serve>>["control"];

describe("a mistake in a fault", () => {
	it.each(mistakes)(
		"of %j is told with the same words",
		async (fault, problem) => {
			({ control } = await serve());
			const texts = await Promise.all(
				Object.entries(ways).map(async ([way, refuse]) => [
					way,
					told(await refuse([fault])).split(" Choose one of")[0],
				]),
			);

			const [[, first = ""] = []] = texts;
			expect(first).toContain(problem);
			expect(texts).toEqual(texts.map(([way]) => [way, first]));
		},
	);

	it("is none of the fields that a fault may have", () => {
		const sound = [
			{
				...{ fault: "duplicate", match: "type:x", provider: usual.id },
				...{ times: 1, probability: 0, copies: 1000, after: "1s" },
			},
			{ fault: "delay", by: "1h30m" },
			{ fault: "slow-upload", over: "0s" },
			{
				...{ fault: "status", status: 599, retryAfter: 0 },
				operation: "create-secret",
			},
		];
		const fields = sound.flatMap(Object.keys);

		expect(new Set(fields)).toEqual(
			new Set(Object.keys(documentedFault.properties ?? {})),
		);
		expect(
			faultProblems(sound, () => new Map([[usual.id, ["create-secret"]]])),
		).toEqual([]);
	});
});

it("is documented for the control API as it is checked", () => {
	const { Fault, Duration, QueryText } = Object(
		controlDocument.components?.schemas,
	);
	const documented = JSON.parse(
		JSON.stringify(Fault).replaceAll(
			/"\$ref":"#\/components\/schemas\/\w+"/g,
			'"type":"string"',
		),
		(name, value) => (name === "description" ? undefined : value),
	);

	expect([Duration, QueryText]).toMatchObject([
		{ type: "string" },
		{ type: "string" },
	]);
	expect(documented).toEqual(
		JSON.parse(JSON.stringify(documentedFault), (name, value) =>
			name === "description" || name === "title" ? undefined : value,
		),
	);
});
