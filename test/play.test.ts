import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { builtInIds, installedOf } from "../src/catalog.ts";
import { demo, demoOf } from "../src/cli/play-command.ts";
import type { OptionSpec } from "../src/contract/fidelity.ts";
import {
	type Parts,
	type ReadScenario,
	readScenario,
	scenarioProblems,
} from "../src/play/read-scenario.ts";
import type { Line } from "../src/play/stage.ts";
import { folderWith } from "./support/folder.ts";
import { runInProcess } from "./support/in-process.ts";
import { linesOf, playThrough } from "./support/played.ts";
import { usual } from "./support/providers.ts";

type Step = Parts["Step"];
type CallStep = Parts["CallStep"];
type SendStep = Parts["SendStep"];

/** What differs from run to run. */
function withoutPort(lines: readonly Line[]): unknown[] {
	return lines.map((line) => ({ ...line, url: undefined }));
}

/** The first demo in which a step is so. */
function demoWith(has: (step: Step) => unknown): ReadScenario {
	const id = builtInIds.find((each) => stepsOf(demoOf(each)).some(has));
	return demoOf(id ?? "none has such a step");
}

function stepsOf({ scenario }: ReadScenario): readonly Step[] {
	return scenario.chapters.flatMap(({ steps }) => steps);
}

/** The first demo that a change makes another of, with each step as it is changed. */
function changed(change: (step: Step) => Step): ReadScenario {
	const { scenario, placeOf } = demoWith(
		(step) => !isDeepStrictEqual(change(step), step),
	);
	const chapters = scenario.chapters.map(({ title, steps }) => ({
		title,
		steps: steps.map(change),
	}));
	return { scenario: { ...scenario, chapters }, placeOf };
}

/** Changes the calls, or the events, and nothing else. */
const calls = (change: (step: CallStep) => CallStep) => (step: Step) =>
	"call" in step ? change(step) : step;
const sends = (change: (step: SendStep) => SendStep) => (step: Step) =>
	"send" in step ? change(step) : step;

/** Runs the command's inside with a terminal or without one. */
async function printed(
	read: ReadScenario,
	{ json = false, isTTY = false, env = {} } = {},
): Promise<{ code: number; stdout: string }> {
	let stdout = "";
	const write = (text: string) => {
		stdout += text;
	};
	const code = await demo(read, { json }, { stdout: { write, isTTY }, env });
	return { code, stdout };
}

describe("play", () => {
	it.each(builtInIds)(
		"of the demo of %s is a sound scenario, and ends as it should: an outage, a recovery, a new secret, a refusal and an exact repetition among it",
		async (provider) => {
			const { ok, lines } = await playThrough(demoOf(provider));

			const attempts = linesOf(lines, "attempt");
			expect(scenarioProblems(demoOf(provider).scenario)).toEqual([]);
			expect(linesOf(lines, "unexpected")).toEqual([]);
			expect(ok).toBe(true);
			expect(linesOf(lines, "call").every(({ status }) => status < 300)).toBe(
				true,
			);
			expect(linesOf(lines, "outage").map(({ outage }) => outage)).toEqual([
				"down",
				"none",
			]);
			expect(attempts.filter(({ status }) => status === undefined)).not.toEqual(
				[],
			);
			expect(new Set(attempts.flatMap((each) => each.verifiedBy)).size).toBe(2);
			expect(linesOf(lines, "resent")).toHaveLength(1);
			expect(attempts.at(-1)).toMatchObject({
				status: 401,
				sign: "wrong-secret",
				verifiedBy: [],
			});
			expect(lines.at(-1)).toMatchObject({
				kind: "end",
				ok: true,
				attempts: attempts.length,
			});
		},
	);

	it("tells the same with the same seed but for the port, and other secrets with another", async () => {
		const story = demoWith(
			// Other secrets are those that a caller chooses.
			(step) => "call" in step && step.signsWith?.startsWith("<"),
		);

		const [first, second, other] = [
			await playThrough(story),
			await playThrough(story),
			await playThrough(story, "7"),
		];

		expect(withoutPort(first.lines)).toEqual(withoutPort(second.lines));
		expect(other.ok).toBe(true);
		expect(linesOf(other.lines, "call")[0]?.secret).not.toBe(
			linesOf(first.lines, "call")[0]?.secret,
		);
	});

	it.each<[string, ReadScenario, RegExp]>([
		[
			"a call that is answered otherwise",
			changed(calls((step) => ({ ...step, status: 418 }))),
			/^the status 418, found 20\d/,
		],
		[
			"a reply that shows something else",
			changed(
				calls(({ shows, ...step }) => ({
					...step,
					...(shows && {
						shows: Object.fromEntries(
							Object.keys(shows).map((name) => [name, "maybe"]),
						),
					}),
				})),
			),
			/^\S+ maybe, found \S/,
		],
		[
			"a delivery that the receiver refuses",
			changed(sends((step) => ({ ...step, sign: "tampered-body" }))),
			/^an attempt that is verified, found refused/,
		],
		[
			"a receiver that takes what it should refuse",
			changed(sends(({ sign, ...step }) => step)),
			/^an attempt that is refused, found verified/,
		],
		[
			"an overlap that ends too early",
			changed((step) => ("advance" in step ? { advance: "24h" } : step)),
			/ and .*, found a signature that \S+ verifies$/,
		],
		[
			"a provider that tries again though it should not",
			changed(
				sends((step) =>
					step.expect === "unreachable"
						? { ...step, expect: { outcome: "unreachable", givesUp: true } }
						: step,
				),
			),
			/^a delivery that is failed, found pending/,
		],
		[
			"a provider that does not try again though it should",
			changed(
				sends((step) =>
					typeof step.expect === "object" && step.expect.givesUp
						? { ...step, expect: { ...step.expect, givesUp: false } }
						: step,
				),
			),
			/^a delivery that is pending, found failed/,
		],
		[
			"an event that nobody gets",
			{
				scenario: {
					provider: usual.id,
					title: "",
					chapters: [{ title: "", steps: [{ send: usual.event }] }],
				},
				placeOf: () => undefined,
			},
			/^a delivery of \S+, found no endpoint: none is registered\. Write "register: true"/,
		],
		[
			"an event that there is not",
			changed(sends((step) => ({ ...step, send: `${step.send}x` }))),
			/^to play the step, found an error: .*"(\S+)x".*"\1"/,
		],
		[
			"a value that nothing was kept under",
			changed(calls((step) => ({ ...step, signsWith: "<nothing>" }))),
			/^"nothing" to be known, found nothing/,
		],
	])("stops at %s and says so", async (_, story, expected) => {
		const { ok, lines } = await playThrough(story);

		const told = linesOf(lines, "unexpected").map(
			({ expected, found }) => `${expected}, found ${found}`,
		);
		expect(told).toEqual([expect.stringMatching(expected)]);
		expect(ok).toBe(false);
		expect(lines.slice(-2).map(({ kind }) => kind)).toEqual([
			"unexpected",
			"end",
		]);
		expect(lines.at(-1)).toMatchObject({ ok: false });
	});

	it("leaves no server behind, whether it ended well or not", async () => {
		const broken = changed(calls((step) => ({ ...step, status: 418 })));

		for (const story of [demoOf(usual.id), broken]) {
			const { lines } = await playThrough(story);
			const url = linesOf(lines, "demo")[0]?.url ?? "";

			await expect(fetch(url)).rejects.toThrow("fetch failed");
		}
	});
});

describe("localhook demo", () => {
	it.each(builtInIds)("tells as its schema says: %s", async (id) => {
		const file = readFileSync("fixtures/scenario-lines.yaml", "utf8");
		const ajv = new Ajv2020({ strict: false });
		ajv.addSchema(parse(file), "lines");

		const { lines } = await playThrough(demoOf(id));

		for (const line of lines) {
			ajv.validate("lines#/$defs/Line", line);
			expect(ajv.errors, JSON.stringify(line)).toBeNull();
		}
	});

	it("prints NDJSON with a type on each line with --json", async () => {
		const { code, stdout } = await printed(demoOf(usual.id), {
			json: true,
			isTTY: true,
		});

		const lines = stdout.trimEnd().split("\n");
		expect(code).toBe(0);
		expect(lines.every((line) => "kind" in JSON.parse(line))).toBe(true);
		expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({
			kind: "end",
			ok: true,
		});
	});

	it("ends with 1 and says what was expected and what was found when something ends otherwise", async () => {
		const story = changed((step) =>
			"retry" in step ? { ...step, expect: "verified" } : step,
		);

		const { code, stdout } = await printed(story);

		expect(code).toBe(1);
		expect(stdout).toMatch(
			/x expected an attempt that is verified, found unreachable\n\nNot as it should be: /,
		);
	});

	it("is coloured on a terminal, unless NO_COLOR or a dumb one is in the way", async () => {
		const { scenario, placeOf } = demoOf(usual.id);
		const story = { scenario: { ...scenario, chapters: [] }, placeOf };

		const coloured = await printed(story, { isTTY: true });
		const plain = [
			await printed(story),
			await printed(story, { isTTY: true, env: { NO_COLOR: "1" } }),
			await printed(story, { isTTY: true, env: { TERM: "dumb" } }),
		];

		expect(coloured.stdout).toContain("\u001b[");
		for (const { stdout } of plain) expect(stdout).not.toContain("\u001b[");
	});

	it("never lets a control character of a reply reach the terminal", async () => {
		const story = changed(
			calls((step) => ({ ...step, call: "POST /api/v1/\u001b[31m\u202e/" })),
		);

		const { stdout } = await printed(story);

		expect(stdout).toContain("\\u001b[31m\\u202e");
		for (const character of ["\u001b", "\u202e"])
			expect(stdout).not.toContain(character);
	});

	it("names the providers that there are when there is no such one", () => {
		expect(() => demoOf(`${usual.id}x`)).toThrow(
			`Did you mean "${usual.id}"? Choose one of ${builtInIds.join(", ")}.`,
		);
		expect(() => demoOf("__proto__")).toThrow(/no such provider/);
	});
});

describe("localhook play", () => {
	const { id, event, provider } = usual;
	const [option = "", { values: [, value = ""] = [] } = {}] =
		Object.entries<Partial<OptionSpec>>(provider.options)[0] ?? [];
	const [installed] = installedOf([id]);
	const [field = "", text] =
		Object.entries({ ...installed?.fixture(event) }).findLast(
			([, value]) => typeof value === "string",
		) ?? [];
	const scenario = `provider: ${id}
register: true
options: { ${option}: ${value} }
steps:
  - send: ${event}
    set: { ${field}: ${text} }
  - faults: [{ fault: timeout, times: 1 }]
  - send: ${event}
    expect: unreachable
  - retry: 1
  - secret: replace
  - send: ${event}
  - resend: resign
`;
	const played = async (text: string, ...words: string[]) => {
		const folder = await folderWith({ "pause.yaml": text });
		const file = `${folder}/pause.yaml`;
		const { stdout, stderr, code } = await runInProcess([
			"play",
			file,
			...words,
		]);
		return {
			code,
			stdout: stdout.replaceAll(folder, ""),
			stderr: stderr.replaceAll(folder, ""),
		};
	};

	it("plays a file: events, faults, retries, a new secret, a repetition", async () => {
		const { code, stdout } = await played(scenario);

		expect(code).toBe(0);
		expect(stdout).toContain("! faults: timeout\n");
		expect(stdout).toMatch(/! secret: replace {2}signs with \S+…\n/);
		expect(stdout).toMatch(/All as it should be: 0 API calls, 5 attempts/);
	});

	it("names the line of the step that ends otherwise, and ends with 1", async () => {
		const { code, stdout } = await played(
			scenario.replace("expect: unreachable", "expect: refused"),
		);

		expect(code).toBe(1);
		expect(stdout).toContain(
			"x /pause.yaml:8: expected an attempt that is refused, found unreachable\n",
		);
	});

	it("delivers to the receiver that it is given", async () => {
		const { code, stdout } = await played(
			scenario,
			"--receiver",
			"http://127.0.0.1:1/hooks",
			"--json",
		);

		expect(code).toBe(1);
		expect(stdout).toContain('"kind":"unexpected","expected":');
		expect(stdout).toMatch(/ECONNREFUSED|refused/);
	});

	it.each([
		["a field too many", "    set:", "    sett:", /:6:5: .*"?sett/],
		[
			"a verb too many",
			"    set:",
			"    retry: 1\n    set:",
			/:5:\d+: .*send and retry/,
		],
		[
			"no verb",
			"  - retry: 1",
			"  - expect: verified",
			/exactly one of call, send/,
		],
		[
			"a field of another verb",
			"  - retry: 1",
			"  - retry: 1\n    sign: none",
			/retry takes no "sign"/,
		],
		[
			"an unknown fault",
			"timeout",
			"timeot",
			/"timeot" is not known.*"timeout"/,
		],
		[
			"an unknown outcome, in one line",
			"unreachable",
			"unreachble",
			/^\/pause\.yaml:9:13: \S+: "unreachble" is not known here\. Did you mean "unreachable"\?[^\n]*\n$/,
		],
		["no steps", /steps:[\s\S]*/, "", /exactly one of chapters, steps\./],
		[
			"a call without a path",
			"  - retry: 1",
			"  - call: POST",
			/:10:11: steps\[3\]\.call: it must be like "POST \/v1\/webhooks", not "POST"\.\n$/,
		],
		["a step that is a text", "  - retry: 1", "  - retry", /:10:5: .*a table/],
		["an empty step", "  - retry: 1", "  -", /:\d+:\d+: .*a table/],
		[
			"a list as what is expected",
			"expect: unreachable",
			"expect: [refused]",
			/expect: it must be text in quotes or a table of names, not a list/,
		],
		[
			"a wait where nothing can wait",
			"  - retry: 1",
			"  - retry: 1\n    expect: waits",
			/:11:13: .*"waits" is not known here/,
		],
		[
			"a receiver that is no URL",
			"register:",
			"receiver: foo\nregister:",
			/:2:11: .*"foo"/,
		],
		[
			"a receiver where nothing is sent",
			"register:",
			"receiver: http://169.254.169.254/\nregister:",
			/169\.254\.169\.254.*where nothing is sent/,
		],
		[
			"a fault's field too many",
			"times: 1",
			"tims: 1",
			/:7:32: .*\.tims: .*"times"/,
		],
		[
			"a fault of another provider",
			"times: 1",
			"provider: acme",
			new RegExp(
				`:7:42: .*there is no running provider "acme"\\. Choose one of ${id}\\.\n$`,
			),
		],
		[
			"an unknown provider",
			`provider: ${id}`,
			`provider: ${id}x`,
			new RegExp(
				`^/pause\\.yaml:1:11: provider: .*"${id}x".*Did you mean "${id}"\\?[^\n]*\n$`,
			),
		],
		[
			"an unknown option",
			`{ ${option}`,
			`{ ${option}x`,
			new RegExp(
				`^/pause\\.yaml:3:\\d+: options\\.${option}x: .*Did you mean "${option}"\\?`,
			),
		],
		[
			"an unknown value of an option",
			`: ${value} }`,
			`: ${value}x }`,
			new RegExp(
				`^/pause\\.yaml:3:${14 + option.length}: options\\.${option}: .*"${value}x"`,
			),
		],
		[
			"a credential that its provider has not",
			"register:",
			'credentials: ["a b"]\nregister:',
			/^\/pause\.yaml:2:15: credentials\[0\]: /,
		],
		[
			"an unknown event type",
			`send: ${event}`,
			`send: ${event}x`,
			new RegExp(`:5:11: .*"${event}x".*Did you mean "${event}"\\?`),
		],
		["no duration", "  - retry: 1", "  - advance: soon", /"soon"/],
	])(
		"refuses %s with its line, and ends with 2",
		async (_, part, by, expected) => {
			const { code, stdout, stderr } = await played(scenario.replace(part, by));

			expect(code).toBe(2);
			expect(stdout).toBe("");
			expect(stderr).toMatch(expected);
		},
	);

	it("reports every mistake of its form, then of its meaning, in one run, each with its place", async () => {
		const { code, stdout, stderr } = await played(`provider: ${id}
clock: noon
receiver: foo
options: { ${option}: ${value}x }
faults: [{ fault: drip }]
steps:
  - send: ${event}x
  - send: ${event}
    sign: wrongly
    set: { ${field}: ${text}, ${field}x: X, ${field}y: Y }
  - advance: soon
`);
		const misshapen = await played(`provider: ${id}
steps:
  - send: ${event}
    sett: { ${field}: ${text} }
  - advance: 1s
    expect: verifed
  - call: FOO /v1
  - call: /v1
  - retry: 0
`);

		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		const at = `    set: { ${field}: ${text}, ${field}x: X`.length;
		const placesIn = (text: string) => text.match(/^\S+ \S+(?=: )/gm);
		expect(placesIn(stderr)).toEqual([
			"/pause.yaml:2:8: clock",
			"/pause.yaml:3:11: receiver",
			`/pause.yaml:4:${14 + option.length}: options.${option}`,
			"/pause.yaml:5:19: faults[0].fault",
			"/pause.yaml:7:11: steps[0].send",
			"/pause.yaml:9:11: steps[1].sign",
			`/pause.yaml:10:${at}: steps[1].set.${field}x`,
			`/pause.yaml:10:${at + field.length + 6}: steps[1].set.${field}y`,
			"/pause.yaml:11:14: steps[2].advance",
		]);
		expect(placesIn(misshapen.stderr)).toEqual([
			"/pause.yaml:4:5: steps[0].sett",
			"/pause.yaml:6:13: steps[1].expect",
			"/pause.yaml:7:11: steps[2].call",
			"/pause.yaml:8:11: steps[3].call",
			"/pause.yaml:9:12: steps[4].retry",
		]);
	});

	it.each([
		["a list of texts", "[a]"],
		["a text", "a"],
		["steps that are none", "{ steps: [1, null, {}], chapters: 3 }"],
		[
			"chapters that are none",
			`{ provider: ${id}, chapters: [1, { steps: 2 }] }`,
		],
		[
			"fields of another kind",
			"{ provider: [1], steps: [{ send: { a: 1 }, set: 4 }], credentials: [5] }",
		],
	])("refuses %s without a bug", async (_, text) => {
		const { code, stderr } = await played(text);

		expect(code).toBe(2);
		expect(stderr).not.toContain("bug");
	});

	it("cuts a long reply, and counts one attempt as one", async () => {
		const call = await played(
			scenario.replace("retry: 1", "call: GET /nowhere"),
		);
		const none = await played(
			`${scenario}  - advance: 1s\n    expect: verified\n`,
		);

		expect(call.stdout).toMatch(/expected a success, found 404 .{200}…\n/);
		expect(none.stdout).toContain("expected 1 attempt, found 0\n");
	});

	it("refuses a receiver that is no URL, and knows the built-in one by its word", async () => {
		const refused = await played(scenario, "--receiver", "foo");
		const { code } = await played(scenario, "--receiver", "built-in");

		expect([refused.code, refused.stdout]).toEqual([2, ""]);
		expect(refused.stderr).toContain('Invalid receiver "foo"');
		expect(code).toBe(0);
	});

	it("refuses a file that is not there", async () => {
		await expect(readScenario("/nowhere/none.yaml")).rejects.toThrow(
			/Failed to read the scenario "\/nowhere\/none.yaml".*Give the path/,
		);
	});
});
