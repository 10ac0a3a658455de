import { describe, expect, it } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import { demo, demoOf } from "../src/cli/play-command.ts";
import { play } from "../src/play/play.ts";
import {
	type Parts,
	type ReadScenario,
	readScenario,
	scenarioProblems,
} from "../src/play/read-scenario.ts";
import type { Line } from "../src/play/stage.ts";
import { folderWith } from "./support/folder.ts";
import { runInProcess } from "./support/in-process.ts";

type Step = Parts["Step"];
type CallStep = Parts["CallStep"];
type SendStep = Parts["SendStep"];

interface Played {
	readonly ok: boolean;
	readonly lines: readonly Line[];
}

async function playThrough(read: ReadScenario, seed?: string): Promise<Played> {
	const lines: Line[] = [];
	const ok = await play(read, { seed, tell: (line) => lines.push(line) });
	return { ok, lines };
}

function of<Type extends Line["kind"]>(
	lines: readonly Line[],
	type: Type,
): Extract<Line, { kind: Type }>[] {
	return lines.filter(
		(line): line is Extract<Line, { kind: Type }> => line.kind === type,
	);
}

/** What differs from run to run. */
function withoutPort(lines: readonly Line[]): unknown[] {
	return lines.map((line) => ({ ...line, url: undefined }));
}

/** A provider's demo with each step as it is changed. */
function changed(provider: string, change: (step: Step) => Step): ReadScenario {
	const { scenario, placeOf } = demoOf(provider);
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

const minute = 60_000;

describe("play", () => {
	it.each(builtInIds)(
		"of the demo of %s is a sound scenario, and ends as it should: an outage, a recovery, a new secret, a refusal and an exact repetition among it",
		async (provider) => {
			const { ok, lines } = await playThrough(demoOf(provider));

			const attempts = of(lines, "attempt");
			expect(scenarioProblems(demoOf(provider).scenario)).toEqual([]);
			expect(of(lines, "unexpected")).toEqual([]);
			expect(ok).toBe(true);
			expect(of(lines, "call").every(({ status }) => status < 300)).toBe(true);
			expect(of(lines, "outage").map(({ outage }) => outage)).toEqual([
				"down",
				"none",
			]);
			expect(attempts.filter(({ status }) => status === undefined)).not.toEqual(
				[],
			);
			expect(new Set(attempts.flatMap((each) => each.verifiedBy)).size).toBe(2);
			expect(of(lines, "resent")).toHaveLength(1);
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

	it("of solvimon retries by the schedule while a later event waits, and both secrets sign for exactly 24 hours", async () => {
		const { lines } = await playThrough(demoOf("solvimon"));

		const attempts = of(lines, "attempt");
		const retried = attempts.filter(
			({ event }) => event.type === "INVOICE.CREATED",
		);
		const rolled = attempts.filter(
			({ event }) => event.type === "CUSTOMER.UPDATED",
		);
		const advanced = of(lines, "clock").map((line) => line.advanced);
		expect(retried.map(({ after }) => after / minute)).toEqual([
			0, 2, 6, 14, 30,
		]);
		expect(of(lines, "waiting")).toMatchObject([
			{ event: { type: "INVOICE.PAID" } },
		]);
		expect(rolled.map(({ verifiedBy }) => verifiedBy.length)).toEqual([
			2, 2, 1, 1,
		]);
		expect(advanced).toEqual([(24 * 60 - 1) * minute, minute]);
	});

	it("tells the same with the same seed but for the port, and other secrets with another", async () => {
		const story = demoOf("prolific");

		const [first, second, other] = [
			await playThrough(story),
			await playThrough(story),
			await playThrough(story, "7"),
		];

		expect(withoutPort(first.lines)).toEqual(withoutPort(second.lines));
		expect(other.ok).toBe(true);
		expect(of(other.lines, "call")[0]?.secret).not.toBe(
			of(first.lines, "call")[0]?.secret,
		);
	});

	it.each<[string, string, (step: Step) => Step, RegExp]>([
		[
			"a call that is answered otherwise",
			"solvimon",
			calls((step) => ({ ...step, status: 418 })),
			/^the status 418, found 201/,
		],
		[
			"a reply that shows something else",
			"prolific",
			calls((step) =>
				step.shows ? { ...step, shows: { is_enabled: "maybe" } } : step,
			),
			/^is_enabled maybe, found false/,
		],
		[
			"a delivery that the receiver refuses",
			"spritz",
			sends((step) => ({ ...step, sign: "tampered-body" })),
			/^an attempt that is verified, found refused/,
		],
		[
			"a receiver that takes what it should refuse",
			"spritz",
			sends(({ sign, ...step }) => step),
			/^an attempt that is refused, found verified/,
		],
		[
			"an overlap that ends too early",
			"solvimon",
			(step) => ("advance" in step ? { advance: "24h" } : step),
			/ and .*, found a signature that \S+ verifies$/,
		],
		[
			"a provider that tries again though it should not",
			"spritz",
			sends((step) =>
				step.expect === "unreachable"
					? { ...step, expect: { outcome: "unreachable", givesUp: true } }
					: step,
			),
			/^a delivery that is failed, found pending/,
		],
		[
			"a provider that does not try again though it should",
			"openformat",
			sends((step) =>
				typeof step.expect === "object"
					? { ...step, expect: { ...step.expect, givesUp: false } }
					: step,
			),
			/^a delivery that is pending, found failed/,
		],
		[
			"an event that nobody gets",
			"openformat",
			calls(() => ({ call: "POST /v1/webhook/secret" })),
			/^a delivery of transaction, found no endpoint: none is registered\. Write "register: true"/,
		],
		[
			"an event that there is not",
			"openformat",
			sends((step) => ({ ...step, send: "transactoin" })),
			/^to play the step, found an error: .*"transactoin".*"transaction"/,
		],
		[
			"a value that nothing was kept under",
			"openformat",
			calls((step) => ({ ...step, signsWith: "<nothing>" })),
			/^"nothing" to be known, found nothing/,
		],
	])("stops at %s and says so", async (_, provider, change, expected) => {
		const { ok, lines } = await playThrough(changed(provider, change));

		const told = of(lines, "unexpected").map(
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
		const broken = changed(
			"prolific",
			calls((step) => ({ ...step, status: 418 })),
		);

		for (const story of [demoOf("prolific"), broken]) {
			const { lines } = await playThrough(story);
			const url = of(lines, "demo")[0]?.url ?? "";

			await expect(fetch(url)).rejects.toThrow("fetch failed");
		}
	});
});

describe("localhook demo", () => {
	it("prints Solvimon's story as a plain transcript on stdout and ends with 0", async () => {
		const { code, stdout, stderr } = await runInProcess(["demo"]);

		const lines = stdout.split("\n").map((line) => line.trim());
		const at = (pattern: RegExp) =>
			lines.findIndex((line) => pattern.test(line));
		const gist = [
			/^Solvimon, .* seed localhook$/,
			/^> POST \/v1\/webhooks -> 201$/,
			/^> PATCH \/v1\/webhooks\/whk_\w{20}\/secret-key -> 200 {2}signs with \S+…$/,
			/^< CUSTOMER\.CREATED #1 \+0s -> 200 {2}verified with \S+…$/,
			/^! the receiver is down$/,
			/^< INVOICE\.CREATED #1 \+0s -> the endpoint is switched down$/,
			/^planned: \+2m, \+6m, \+14m, \+30m, \+1h2m and 22 more until \+6d16h$/,
			/^< INVOICE\.PAID -> waits for its turn$/,
			/^< INVOICE\.CREATED #2 \+2m -> the endpoint is switched down$/,
			/^> GET .* -> 200 {2}penalty_box IN_PENALTY_BOX$/,
			/^! the receiver is up$/,
			/^< INVOICE\.CREATED #5 \+30m -> 200 {2}verified/,
			/^< CUSTOMER\.UPDATED #1 \+0s -> 200 {2}verified with \S+… and with \S+…$/,
			/^~ 23h59m later$/,
			/^= the same \d+ bytes and \d+ headers as before$/,
			/^< INVOICE\.PAID #1 \+0s -> 401 {2}signed with wrong-secret, refused: /,
			/^All as it should be: 4 API calls, 12 attempts, 1d30m of the provider's time\.$/,
		].map(at);
		expect(gist).not.toContain(-1);
		expect(gist).toEqual([...gist].sort((a, b) => a - b));
		expect(stdout).not.toContain("\u001b");
		expect(stdout).not.toMatch(/127\.0\.0\.1:\d/);
		expect(stderr).toBe("");
		expect(code).toBe(0);
	});

	it("prints NDJSON with a type on each line with --json", async () => {
		const { code, stdout } = await printed(demoOf("openformat"), {
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
		const story = changed("prolific", (step) =>
			"retry" in step ? { ...step, expect: "verified" } : step,
		);

		const { code, stdout } = await printed(story);

		expect(code).toBe(1);
		expect(stdout).toMatch(
			/x expected an attempt that is verified, found unreachable\n\nNot as it should be: /,
		);
	});

	it("is coloured on a terminal, unless NO_COLOR or a dumb one is in the way", async () => {
		const { scenario, placeOf } = demoOf("prolific");
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
			"prolific",
			calls((step) => ({ ...step, call: "POST /api/v1/\u001b[31m\u202e/" })),
		);

		const { stdout } = await printed(story);

		expect(stdout).toContain("\\u001b[31m\\u202e");
		for (const character of ["\u001b", "\u202e"])
			expect(stdout).not.toContain(character);
	});

	it("names the providers that there are when there is no such one", () => {
		expect(() => demoOf("solvimom")).toThrow(
			`Did you mean "solvimon"? Choose one of ${builtInIds.join(", ")}.`,
		);
		expect(() => demoOf("__proto__")).toThrow(/no such provider/);
	});
});

describe("localhook play", () => {
	const scenario = `provider: prolific
register: true
options: { json: compact }
steps:
  - send: study.status.change
    set: { status: PAUSED }
  - faults: [{ fault: timeout, times: 1 }]
  - send: study.status.change
    expect: unreachable
  - retry: 1
  - secret: replace
  - send: study.status.change
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
			"provider: spritz",
			/:7:42: .*there is no running provider "spritz"\. Choose one of prolific\.\n$/,
		],
		[
			"a body of a GET",
			"  - retry: 1",
			"  - call: GET /\n    body: {}",
			/:\d+:\d+: .*a GET has no body/,
		],
		[
			"an unknown provider",
			"provider: prolific",
			"provider: prolifc",
			/^\/pause\.yaml:1:11: provider: .*"prolifc".*Did you mean "prolific"\?[^\n]*\n$/,
		],
		[
			"an unknown option",
			"json: compact",
			"jsn: compact",
			/^\/pause\.yaml:3:\d+: options\.jsn: .*Did you mean "json"\?/,
		],
		[
			"an unknown value of an option",
			"json: compact",
			"json: compct",
			/^\/pause\.yaml:3:18: options\.json: .*"compct"/,
		],
		[
			"a credential that its provider has not",
			"register:",
			'credentials: ["a b"]\nregister:',
			/^\/pause\.yaml:2:15: credentials\[0\]: /,
		],
		[
			"an unknown event type",
			"send: study.status.change",
			"send: study.status.chang",
			/:5:11: .*"study\.status\.chang".*Did you mean "study\.status\.change"\?/,
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

	it("reports every mistake in one run, each with its place", async () => {
		const { code, stdout, stderr } = await played(`provider: prolific
clock: noon
receiver: foo
options: { json: compct }
faults: [{ fault: drip }]
steps:
  - send: study.status.chang
    sett: { status: PAUSED }
  - send: study.status.change
    sign: wrongly
    set: { status: PAUSED, stat: X, statu: Y }
  - advance: soon
    expect: verifed
  - call: FOO /v1
  - call: /v1
  - retry: 0
`);

		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		const places = stderr.match(/^\S+ \S+(?=: )/gm);
		expect(places).toEqual([
			"/pause.yaml:2:8: clock",
			"/pause.yaml:3:11: receiver",
			"/pause.yaml:4:18: options.json",
			"/pause.yaml:5:19: faults[0].fault",
			"/pause.yaml:7:11: steps[0].send",
			"/pause.yaml:8:5: steps[0].sett",
			"/pause.yaml:10:11: steps[1].sign",
			"/pause.yaml:11:34: steps[1].set.stat",
			"/pause.yaml:11:44: steps[1].set.statu",
			"/pause.yaml:12:14: steps[2].advance",
			"/pause.yaml:13:13: steps[2].expect",
			"/pause.yaml:14:11: steps[3].call",
			"/pause.yaml:15:11: steps[4].call",
			"/pause.yaml:16:12: steps[5].retry",
		]);
	});

	it.each([
		["a list of texts", "[a]"],
		["a text", "a"],
		["steps that are none", "{ steps: [1, null, {}], chapters: 3 }"],
		[
			"chapters that are none",
			"{ provider: prolific, chapters: [1, { steps: 2 }] }",
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
