import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { readProblem } from "../src/cli/client.ts";
import { commands } from "../src/cli/run.ts";
import { dateTime, entryLines } from "../src/engine/entry-lines.ts";
import type { JournalEntry } from "../src/engine/entry-view.ts";
import { errorCodes } from "../src/generated/tables.ts";
import { anyCharacter } from "./support/arbitraries.ts";
import { command } from "./support/command.ts";
import {
	type ControlRequest,
	problem,
	startControlServer,
} from "./support/control-server.ts";
import { runInProcess } from "./support/in-process.ts";

const delivery = {
	id: "dlv_1",
	provider: "prolific",
	event: { id: "evt_1", type: "study.status.change" },
	endpoint: "sub_1",
	url: "http://127.0.0.1:3000/hooks",
	state: "pending",
	attempts: 2,
	lastStatus: 500,
	nextAt: "2026-11-21T10:00:00.000Z",
	createdAt: "2026-11-21T09:00:00.000Z",
	updatedAt: "2026-11-21T09:00:00.000Z",
};
const deliveryLines = [
	"dlv_1  prolific  study.status.change  http://127.0.0.1:3000/hooks  pending",
	"  2 attempts, last 500, next attempt 2026-11-21 10:00:00",
	"  why: localhook explain dlv_1",
];
const deliveryText = `${deliveryLines.join("\n")}\n`;
const due = {
	at: "2026-11-21T10:00:00.000Z",
	delivery: "dlv_1",
	provider: "prolific",
	event: { id: "evt_1", type: "study.status.change" },
	attempt: 3,
};
const dueLine = "2026-11-21 10:00:00  prolific  study.status.change #3  dlv_1";
const secrets = {
	secrets: [
		{
			provider: "prolific",
			owner: "w1",
			fingerprint: "sha256:aa",
			value: "s%1",
		},
		{
			provider: "prolific",
			owner: "w2",
			fingerprint: "sha256:bb",
			value: "s2",
			isPrevious: true,
		},
	],
};

function lines(text: string): unknown[] {
	return text
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
}

async function scratch(files: Readonly<Record<string, string>> = {}) {
	const folder = await mkdtemp(join(tmpdir(), "localhook-"));
	onTestFinished(() => rm(folder, { recursive: true, force: true }));
	for (const [name, text] of Object.entries(files))
		await writeFile(join(folder, name), text);
	return (name: string) => join(folder, name);
}

describe("the server", () => {
	const healthy = { "GET /clock": { body: { now: "t", due: null } } };

	test("is the one of --url, else of LOCALHOOK_URL, else of LOCALHOOK_PORT", async () => {
		const [flag, env] = [
			await startControlServer(healthy),
			await startControlServer(healthy),
		];
		const { port } = new URL(flag.url);

		await runInProcess(["clock", "now", "--url", `${flag.url}/`], {
			env: { LOCALHOOK_URL: env.url },
		});
		await runInProcess(["clock", "now"], { env: { LOCALHOOK_URL: env.url } });
		await runInProcess(["clock", "now"], { env: { LOCALHOOK_PORT: port } });

		expect([flag.requests.length, env.requests.length]).toEqual([2, 1]);
	});

	test("gets the token of --token, else of LOCALHOOK_TOKEN", async () => {
		const { url, requests } = await startControlServer(healthy);
		const env = { LOCALHOOK_URL: url, LOCALHOOK_TOKEN: "from-env" };

		await runInProcess(["clock", "now", "--token", "from-flag"], { env });
		await runInProcess(["clock", "now"], { env });

		expect(requests.map(({ headers }) => headers.authorization)).toEqual([
			"Bearer from-flag",
			"Bearer from-env",
		]);
	});

	test("that is not there ends it with 4 and says how to have one", async () => {
		const { url, close } = await startControlServer({});
		await close();

		const { code, stdout, stderr } = await runInProcess(["clock", "now"], {
			env: { LOCALHOOK_URL: url },
		});

		expect({ code, stdout, stderr }).toEqual({
			code: 4,
			stdout: "",
			stderr: `Failed to reach localhook at ${url}: nothing listens there. Start it with "localhook start", or give --url.\n`,
		});
	});

	test.each([
		["HTML", { headers: { "content-type": "text/html" }, body: "<p>" }],
		["JSON of its own", { status: 404, body: { error: "no" } }],
		["a redirect", { status: 302, headers: { location: "/" }, body: "" }],
	])("that answers %s is not taken for localhook", async (_, answer) => {
		const { url, requests } = await startControlServer({
			"GET /clock": answer,
		});

		const { code, stderr } = await runInProcess(["clock", "now", "--url", url]);

		expect(code).toBe(4);
		expect(stderr).toContain("what answers there is not localhook");
		expect(requests).toHaveLength(1);
	});

	test("that cuts its answer short ends it with 4", async () => {
		const { url } = await startControlServer({
			"GET /clock": (_, response) => {
				response.writeHead(200, { "content-length": "100" });
				response.write("{", () => response.destroy());
				return null;
			},
		});

		const { code, stderr } = await runInProcess(["clock", "now", "--url", url]);

		expect(code).toBe(4);
		expect(stderr).toContain(`Failed to reach localhook at ${url}`);
	});

	test.each([
		["clock-is-real", 409, 2],
		["a-code-of-a-newer-server", 400, 2],
		["wait-timed-out", 504, 5],
		["unexpected", 500, 70],
	])(
		"that answers %s with %i ends it with %i and its words",
		async (code, status, exit) => {
			const detail = "Failed to advance: \u001b[31mthe clock shows real time.";
			const { url } = await startControlServer({
				"POST /clock/advance": problem(status, code, detail, { near: ["x"] }),
			});
			const words = ["clock", "advance", "3d", "--url", url];

			const talk = await runInProcess(words);
			const json = await runInProcess([...words, "--json"]);

			expect([talk.code, json.code]).toEqual([exit, exit]);
			expect(talk.stderr).toBe(
				"Failed to advance: \\u001b[31mthe clock shows real time.\n",
			);
			expect(JSON.parse(json.stderr)).toMatchObject({
				kind: "error",
				message: "Failed to advance: \\u001b[31mthe clock shows real time.",
				near: ["x"],
			});
		},
	);

	test.each([
		["a URL that is none", ["--url", "127.0.0.1:4600"], '"127.0.0.1:4600"'],
		["a URL of another kind", ["--url", "ftp://x"], '"ftp://x"'],
		["a token that no header holds", ["--token", "a\r\nb"], "no header may"],
	])("is refused with 2 for %s", async (_, words, expected) => {
		const { code, stderr } = await runInProcess(["clock", "now", ...words]);

		expect(code).toBe(2);
		expect(stderr).toContain(expected);
	});
});

describe("clock", () => {
	test("now shows the time, how it goes, and what comes next", async () => {
		const answer = { mode: "real", speed: 60, now: "2026-11-21T09:00:00.000Z" };
		const { url } = await startControlServer({
			"GET /clock": { body: { ...answer, due, pending: 1 } },
		});
		const words = ["clock", "now", "--url", url];

		const text = await runInProcess(words);
		const json = await runInProcess([...words, "--json"]);

		expect(text.stdout).toBe(
			`2026-11-21T09:00:00.000Z  real, 60 times as fast  1 pending\nnext  ${dueLine}\n`,
		);
		expect(lines(json.stdout)).toEqual([
			{ kind: "clock", ...answer, due, pending: 1 },
		]);
	});

	test("advance, next and drain tell what ran", async () => {
		const moved = { now: "2026-11-24T09:00:00.000Z", attempts: 4, pending: 1 };
		const { url, requests } = await startControlServer({
			"POST /clock/advance": { body: moved },
			"POST /clock/next": { body: { ...moved, ran: due } },
			"POST /clock/drain": { body: { ...moved, stopped: false } },
		});
		const env = { LOCALHOOK_URL: url };

		const outputs = [
			await runInProcess(["clock", "advance", "3d"], { env }),
			await runInProcess(["clock", "next"], { env }),
			await runInProcess(["clock", "drain", "--attempts", "7"], { env }),
		];

		const line = "2026-11-24T09:00:00.000Z  4 run  1 pending\n";
		expect(outputs).toEqual([
			{ code: 0, stdout: line, stderr: "" },
			{ code: 0, stdout: `${line}ran   ${dueLine}\n`, stderr: "" },
			{ code: 0, stdout: line, stderr: "" },
		]);
		expect(requests.map(({ body }) => body)).toEqual([
			{ by: "3d" },
			undefined,
			{ attempts: 7 },
		]);
	});

	test("drain ends with 1 and says so when it stopped before nothing was due", async () => {
		const { url } = await startControlServer({
			"POST /clock/drain": {
				body: { now: "t", attempts: 100_000, pending: 9, stopped: true },
			},
		});

		const { code, stderr } = await runInProcess([
			"clock",
			"drain",
			"--url",
			url,
		]);

		expect(code).toBe(1);
		expect(stderr).toContain("stopped at its bound");
	});
});

describe("send", () => {
	const sent = {
		event: { id: "evt_1" },
		deliveries: [delivery],
		count: 1,
	};
	const words = ["send", "prolific", "study.status.change"];

	test("asks for the event as it was described, and shows its deliveries", async () => {
		const { url, requests } = await startControlServer({
			"POST /events": { status: 202, body: sent },
		});
		const all = [
			...["--set", "status=a=b", "--set", "items[0].name="],
			...["--set", "__proto__.x=1", "--to", "http://127.0.0.1:1/x"],
			...[
				"--count",
				"3",
				"--sign",
				"stale:10m",
				"--payload",
				"-",
				"--unchecked",
				"--no-wait",
			],
		];

		const { code, stdout, stderr } = await runInProcess(
			[...words, ...all, "--url", url],
			{ stdin: '{"id": 1}' },
		);

		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
		expect(stdout).toBe(
			`evt_1  prolific  study.status.change\n${deliveryText}`,
		);
		expect(JSON.stringify(requests[0]?.body)).toBe(
			JSON.stringify({
				provider: "prolific",
				type: "study.status.change",
				payload: { id: 1 },
				set: Object.fromEntries([
					["status", "a=b"],
					["items[0].name", ""],
					["__proto__.x", "1"],
				]),
				to: "http://127.0.0.1:1/x",
				count: 3,
				sign: "stale:10m",
				unchecked: true,
				wait: false,
			}),
		);
	});

	const inAnHour = { attempts: 1, nextAt: "2026-11-21T10:00:00.000Z" };
	const plain = { attempts: 0, nextAt: undefined, lastStatus: undefined };

	test.each([
		["delivered", { state: "delivered" }, "real", /^$/, 0],
		[
			"retried later",
			inAnHour,
			"real",
			/Attempt 2 of dlv_1 is due in 1h by the real clock\. "localhook attempt dlv_1".*\n.*"localhook show dlv_1"/,
			0,
		],
		[
			"retried by a clock that stands",
			inAnHour,
			"virtual",
			/due in 1h by the virtual clock\. "localhook clock next"/,
			0,
		],
		[
			"at a paused endpoint",
			{ ...plain, held: "the endpoint is paused" },
			"real",
			/^dlv_1 is held: the endpoint is paused\. "localhook endpoint resume prolific sub_1".*\n$/,
			0,
		],
		[
			"without an answer yet",
			plain,
			"real",
			/^dlv_1 waits.*"localhook wait id:dlv_1 state:delivered"/,
			0,
		],
		[
			"refused",
			{ ...plain, state: "failed", lastErrorCode: "refused-receiver" },
			"real",
			/^$/,
			2,
		],
	])(
		"says what a delivery that is %s waits for",
		async (_, fields, mode, said, exit) => {
			const body = { ...sent, deliveries: [{ ...delivery, ...fields }] };
			const { url } = await startControlServer({
				"POST /events": { status: 202, body },
				"GET /clock": { body: { mode, now: "2026-11-21T09:00:00.000Z" } },
			});

			const { code, stderr } = await runInProcess([...words, "--url", url]);
			const json = await runInProcess([...words, "--url", url, "--json"]);

			expect(code).toBe(exit);
			expect(stderr).toMatch(said);
			expect(json).toMatchObject({ code: exit, stderr: "" });
		},
	);

	test("says how many of several have not arrived", async () => {
		const late = { ...delivery, ...plain };
		const body = { ...sent, deliveries: [late, late] };
		const { url } = await startControlServer({
			"POST /events": { status: 202, body },
		});

		const { stderr } = await runInProcess([...words, "--url", url]);

		expect(stderr).toContain("2 have not arrived");
	});

	test.each([
		[[], /^Missing <provider>: .* Usage: localhook send .*<type>\n$/],
		[["prolific"], /^Missing <type>: .*"localhook events" lists them/],
	])("%j says what could stand there", async (given, message) => {
		const { code, stderr } = await runInProcess(["send", ...given]);

		expect(code).toBe(2);
		expect(stderr).toMatch(message);
	});

	test("merges the JSON of a file into the payload", async () => {
		const path = await scratch({ "m.json": '{"a": {"b": 1}}' });
		const { url, requests } = await startControlServer({
			"POST /events": { status: 202, body: sent },
		});

		await runInProcess([...words, "--merge", path("m.json"), "--url", url]);

		expect(requests[0]?.body).toMatchObject({ merge: { a: { b: 1 } } });
	});

	test("passes raw bytes on untouched", async () => {
		const path = await scratch();
		const bytes = Buffer.from([0, 255, 13, 10, 0xc3]);
		await writeFile(path("raw.bin"), bytes);
		const { url, requests } = await startControlServer({
			"POST /events": { status: 202, body: sent },
		});

		const all = [...words, "--no-wait", "--url", url];

		await runInProcess([...all, "--body", path("raw.bin")]);
		await runInProcess([...all, "--body", "-"], {
			stdin: bytes,
		});

		expect(requests.map(({ body }) => body)).toEqual(
			Array(2).fill({
				provider: "prolific",
				type: "study.status.change",
				body: bytes.toString("base64"),
				wait: false,
			}),
		);
	});

	test("of many events shows the first deliveries and how many more there are", async () => {
		const { url } = await startControlServer({
			"POST /events": {
				status: 202,
				body: { ...sent, deliveries: Array(300).fill(delivery), count: 300 },
			},
		});

		const { stdout } = await runInProcess([
			...words,
			"--count",
			"300",
			"--url",
			url,
		]);

		expect(stdout.trimEnd().split("\n")).toEqual([
			"evt_1  prolific  study.status.change  and 299 more",
			...Array(20).fill(deliveryLines).flat(),
			"and 280 more deliveries",
		]);
	});

	test("that reaches nobody says why, and is done", async () => {
		const { url } = await startControlServer({
			"POST /events": {
				status: 202,
				body: { ...sent, deliveries: [], note: "No endpoint is registered." },
			},
		});

		expect(await runInProcess([...words, "--url", url])).toEqual({
			code: 0,
			stdout: "evt_1  prolific  study.status.change\n",
			stderr: "No endpoint is registered.\n",
		});
	});

	test("--dry-run prints the request and what recomputes its signature, byte for byte", async () => {
		const request = {
			endpoint: "sub_1",
			url: "http://127.0.0.1:3000/hooks",
			curl: "curl -d 'é\u202e' http://127.0.0.1:3000/hooks",
			openssl: "printf x | openssl dgst -hmac s2",
		};
		const { url, requests } = await startControlServer({
			"POST /events": {
				body: { requests: [request, { ...request, openssl: null }] },
			},
		});
		const dry = [...words, "--dry-run", "--url", url];

		const text = await runInProcess(dry);
		const seen = await runInProcess(dry, { isTTY: true });
		const json = await runInProcess([...dry, "--json"]);

		const heading = "# sub_1 http://127.0.0.1:3000/hooks";
		expect(text.stdout).toBe(
			`${heading}\n${request.curl}\n${request.openssl}\n${heading}\n${request.curl}\n`,
		);
		expect(seen.stdout).toBe(text.stdout.replaceAll("\u202e", "\\u202e"));
		expect(lines(json.stdout)).toEqual([
			{ kind: "request", ...request },
			{ kind: "request", ...request, openssl: null },
		]);
		expect(requests[0]?.body).toMatchObject({ dryRun: true });
	});

	test.each([
		["an assignment without a value", ["--set", "status"], '"status"'],
		["an assignment without a path", ["--set", "=1"], '"=1"'],
		["a count of nothing", ["--count", "0"], "from 1 to 10000"],
		[
			"raw bytes with changes",
			["--body", "-", "--set", "a=b"],
			"Invalid --set",
		],
		[
			"stdin for two things",
			["--merge", "-", "--payload", "-"],
			"--payload reads stdin already",
		],
		["a file that is not there", ["--payload", "./none.json"], "no such file"],
		["a file that is a folder", ["--body", "."], "it is a folder"],
		["a file that is no JSON", ["--payload", "-"], "not a JSON object"],
		[
			"a file with a number that would lose digits",
			["--payload", "-"],
			"the number 9007199254740993 would become 9007199254740992",
			'{"a":9007199254740993}',
		],
		[
			"a file that nests too deeply to be sent",
			["--payload", "-"],
			"nests more than 100 objects",
			`${'{"a":'.repeat(5000)}1${"}".repeat(5000)}`,
		],
	])("%s ends it with 2, and asks nothing", async (...given) => {
		const [, more, expected, stdin = "[]"] = given;
		const { url, requests } = await startControlServer({});

		const { code, stderr } = await runInProcess(
			[...words, ...more, "--url", url],
			{ stdin },
		);

		expect(code).toBe(2);
		expect(stderr).toContain(expected);
		expect(requests).toEqual([]);
	});
});

describe("resend", () => {
	test.each(["exact", "resign"])("--%s asks for just that", async (mode) => {
		const { url, requests } = await startControlServer({
			"POST /deliveries/latest/resend": { status: 202, body: delivery },
		});

		const { stdout } = await runInProcess([
			"resend",
			"latest",
			`--${mode}`,
			"--url",
			url,
		]);

		expect(requests[0]?.body).toEqual({ mode, wait: true });
		expect(stdout).toBe(deliveryText);
	});

	test.each([
		[[], /--exact for .*old time.*--resign for .*new time/],
		[["--exact", "--resign"], /^Invalid --resign: --exact .* exclude each/],
	])("%j is refused", async (how, message) => {
		const { code, stderr } = await runInProcess(["resend", "latest", ...how]);

		expect(code).toBe(2);
		expect(stderr).toMatch(message);
	});
});

describe("secret", () => {
	test("shows fingerprints, and the secrets only with --reveal", async () => {
		const { url, requests } = await startControlServer({
			"GET /secrets": ({ query }) => ({
				body: {
					secrets: secrets.secrets.map(({ value, ...rest }) =>
						query.reveal === "true" ? { ...rest, value } : rest,
					),
				},
			}),
		});
		const words = ["secret", "prolific", "--url", url];

		const hidden = await runInProcess(words);
		const revealed = await runInProcess([
			...words,
			"--reveal",
			"--owner",
			"w2",
		]);

		expect(hidden.stdout).toBe(
			"prolific  w1  sha256:aa\nprolific  w2  sha256:bb  previous\n",
		);
		expect(revealed.stdout).toBe("prolific  w2  s2  previous\n");
		expect(requests.map(({ query }) => query)).toEqual([
			{ provider: "prolific" },
			{ provider: "prolific", reveal: "true" },
		]);
	});

	test("of an owner who has none ends it with 2, and says where those are who have", async () => {
		const { url } = await startControlServer({
			"GET /secrets": { body: secrets },
		});

		const { code, stdout, stderr } = await runInProcess([
			"secret",
			"--owner",
			"w3",
			"--url",
			url,
		]);

		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toMatch(
			/"w3": there is none\..*"localhook secret" lists them\.\n$/,
		);
	});

	test.each(["replace", "roll"])("--%s prints the new ones", async (action) => {
		const { url, requests } = await startControlServer({
			"POST /secrets/prolific": { body: secrets },
		});

		const { stdout } = await runInProcess([
			"secret",
			"prolific",
			`--${action}`,
			"--json",
			"--url",
			url,
		]);

		expect(requests[0]?.body).toEqual({ action });
		expect(lines(stdout)).toEqual(
			secrets.secrets.map((secret) => ({ kind: "secret", ...secret })),
		);
	});

	test.each([
		["two things at once", ["prolific", "--roll", "--replace"], "--roll"],
		["nobody's secret", ["--roll"], "localhook secret <provider> --roll"],
	])("%s ends it with 2", async (_, words, expected) => {
		const { code, stderr } = await runInProcess(["secret", ...words]);

		expect(code).toBe(2);
		expect(stderr).toContain(expected);
	});

	test("in GitHub Actions whatever prints secrets masks them first", async () => {
		const { url } = await startControlServer({
			"GET /secrets": { body: secrets },
			"GET /snapshot": { body: { secret: "s2" } },
			"GET /export/har": { body: { request: { secret: "s2" } } },
			"POST /events": { body: { requests: [] } },
		});
		const env = { LOCALHOOK_URL: url, GITHUB_ACTIONS: "true" };
		const printing = [
			["secret", "--reveal"],
			["snapshot", "save"],
			["export", "har", "--reveal"],
			["send", "prolific", "study.status.change", "--dry-run"],
		];

		for (const words of printing) {
			let before: string | undefined;
			const { stderr } = await runInProcess(words, {
				env,
				onPrinted(stdout, stderr) {
					if (stdout !== "") before ??= stderr;
				},
			});

			const masked = (before ?? stderr).trimEnd().split("\n");
			expect(masked, words.join(" ")).toEqual(
				expect.arrayContaining(["::add-mask::s%251", "::add-mask::s2"]),
			);
			for (const line of masked) expect(line).toMatch(/^::add-mask::/);
		}
	});

	test("in GitHub Actions the key of an openssl line is masked, however it is written in the secret", async () => {
		const openssl =
			"printf %s a | openssl dgst -sha256 -mac HMAC -macopt hexkey:813f25";
		const { url } = await startControlServer({
			"GET /secrets": { body: { secrets: [] } },
			"POST /events": {
				body: {
					requests: [{ endpoint: "a", url: "b", curl: "true", openssl }],
				},
			},
		});

		const { stderr } = await runInProcess(
			["send", "prolific", "study.status.change", "--dry-run"],
			{ env: { LOCALHOOK_URL: url, GITHUB_ACTIONS: "true" } },
		);

		expect(stderr).toContain("::add-mask::813f25\n");
	});

	test.each([
		["snapshot", "save"],
		["export", "har", "--reveal"],
	])(
		"in GitHub Actions %s masks a receiver's password and its header too",
		async (...words) => {
			const body = {
				url: "http://me:s3cret-9@127.0.0.1/hooks",
				headers: { authorization: "Basic bWU6czNjcmV0LTk=" },
			};
			const { url } = await startControlServer({
				"GET /secrets": { body: { secrets: [] } },
				"GET /snapshot": { body },
				"GET /export/har": { body },
			});

			const { stderr } = await runInProcess(words, {
				env: { LOCALHOOK_URL: url, GITHUB_ACTIONS: "true" },
			});

			expect(stderr.split("\n")).toEqual(
				expect.arrayContaining([
					"::add-mask::s3cret-9",
					"::add-mask::bWU6czNjcmV0LTk=",
				]),
			);
		},
	);

	test("elsewhere there is nothing to mask", async () => {
		const { url } = await startControlServer({
			"GET /secrets": { body: secrets },
		});

		const { stderr } = await runInProcess(["secret", "--reveal", "--url", url]);

		expect(stderr).toBe("");
	});
});

describe("log", () => {
	const at = "2026-11-21T04:03:58.123Z";
	const call = {
		seq: 1,
		kind: "call",
		at,
		provider: "prolific",
		method: "POST",
		path: "/a\u202e",
		status: 201,
		duration: 4.56,
		operation: "create-secret",
	};
	const attempt = {
		seq: 2,
		kind: "attempt",
		at,
		provider: "prolific",
		event: { id: "evt_1", type: "study.status.change" },
		delivery: "dlv_1",
		number: 1,
		url: "http://127.0.0.1:1/",
		error: { code: "timeout", message: "No answer." },
		duration: 10_000,
	};

	/** A journal that gives its newest, as the server's does. */
	const journal = (entries: readonly { seq: number }[]) => ({
		"GET /journal": ({ query }: ControlRequest) => ({
			body: {
				entries: entries.slice(-Number(query.newest)),
				from: 1,
				last: entries.at(-1)?.seq,
			},
		}),
	});

	test("shows the newest entries, the newest last", async () => {
		const { url } = await startControlServer(
			journal([{ ...call, seq: 0 }, call, attempt]),
		);
		const words = ["log", "--limit", "2"];
		const env = { LOCALHOOK_URL: url };

		const text = await runInProcess(words, { env });
		const json = await runInProcess([...words, "--json"], { env });

		expect(text.stdout).toBe(
			"2026-11-21 04:03:58  prolific    call     201  POST /a\\u202e  create-secret\n" +
				"2026-11-21 04:03:58  prolific    attempt  err  study.status.change #1 → :1/  dlv_1\n" +
				"                     timeout: No answer.; took 10s\n",
		);
		expect(lines(json.stdout)).toEqual([call, attempt]);
	});

	test("asks once for the newest of those that match, some of which have no line", async () => {
		const { url, requests } = await startControlServer(journal([call]));

		await runInProcess([
			...["log", "provider:prolific", "attempts:>1", "--limit", "3"],
			...["--url", url],
		]);

		expect(requests.map(({ query }) => query)).toEqual([
			{ query: "provider:prolific attempts:>1", newest: "12" },
		]);
	});

	test("has a line for every kind of entry but the begin of a delivery, known or not", async () => {
		const kinds = ["event", "settled", "fault", "x-new", "call", "delivery"];
		const entries = kinds.map((kind, seq) => ({ seq, kind, at }));
		const { url } = await startControlServer({
			"GET /journal": { body: { entries, from: 0, last: 5 } },
		});

		const { stdout } = await runInProcess(["log", "--url", url]);

		expect(stdout.trimEnd().split("\n")).toHaveLength(kinds.length - 1);
	});

	test("--follow goes on after a break where it was", async () => {
		let streams = 0;
		const { url, requests } = await startControlServer({
			"GET /journal": { body: { entries: [call], from: 1, last: 1 } },
			"GET /journal/stream": (_, response) => {
				streams++;
				if (streams === 3) return problem(400, "invalid-query", "Enough.");
				response.writeHead(200, { "content-type": "text/event-stream" });
				const entry = { ...attempt, seq: streams + 1 };
				const text = `retry: 10\n\nid: ${entry.seq}\nevent: attempt\ndata: ${JSON.stringify(entry)}\n\n`;
				response.write(text, () => response.destroy());
				return null;
			},
		});

		const { code, stdout, stderr } = await runInProcess([
			"log",
			"--follow",
			"--json",
			"--url",
			url,
			"a",
		]);

		expect(code).toBe(2);
		expect(
			lines(stdout).map((entry) => (entry as { seq: number }).seq),
		).toEqual([1, 2, 3]);
		expect(
			requests
				.slice(1)
				.map(({ headers, query }) => [headers["last-event-id"], query]),
		).toEqual(["1", "2", "3"].map((id) => [id, { query: "a" }]));
		expect(stderr).toContain("Enough.");
	});

	test("--follow tells of a break once, and tries again", async () => {
		let streams = 0;
		const { url } = await startControlServer({
			"GET /journal": { body: { entries: [], from: 1, last: 0 } },
			"GET /journal/stream": (_, response) => {
				streams++;
				if (streams === 4) return problem(400, "invalid-query", "Enough.");
				if (streams === 1) response.end("retry: 10\n\n");
				else response.destroy();
				return null;
			},
		});

		const { stderr } = await runInProcess(["log", "-f", "--url", url]);

		expect(stderr).toMatch(
			/^The stream .* has ended\. Trying again .*\nEnough\.\n$/,
		);
	});
});

describe("snapshot", () => {
	test("save writes what a person can compare, for its owner's eyes only", async () => {
		const path = await scratch();
		const { url } = await startControlServer({
			"GET /snapshot": { body: { b: [1], a: "x" } },
		});

		const toFile = await runInProcess([
			"snapshot",
			"save",
			path("s.json"),
			"--url",
			url,
		]);
		const toStdout = await runInProcess(["snapshot", "save", "--url", url]);

		const text = '{\n\t"b": [\n\t\t1\n\t],\n\t"a": "x"\n}\n';
		expect(await readFile(path("s.json"), "utf8")).toBe(text);
		expect((await stat(path("s.json"))).mode & 0o777).toBe(0o600);
		expect(toFile.stdout).toBe("");
		expect(toStdout.stdout).toBe(text);
	});

	test("load puts it back", async () => {
		const path = await scratch({ "s.json": '{"a": 1}' });
		const { url, requests } = await startControlServer({
			"PUT /snapshot": { body: { loaded: ["prolific"], deliveries: 7 } },
		});

		const { stdout } = await runInProcess([
			"snapshot",
			"load",
			path("s.json"),
			"--url",
			url,
		]);

		expect(requests[0]?.body).toEqual({ a: 1 });
		expect(stdout).toBe("loaded prolific; deliveries: 7\n");
	});

	test("load names the file that is no snapshot", async () => {
		const path = await scratch({ "a.json": '{"a": 1}' });
		const { url } = await startControlServer({
			"PUT /snapshot": problem(422, "invalid-snapshot", "Failed."),
		});

		const { code, stderr } = await runInProcess([
			...["snapshot", "load", path("a.json"), "--url", url],
		]);

		expect(code).toBe(2);
		expect(stderr).toMatch(/a\.json: Failed\./);
	});

	test("diff ends with 1 and names each value that differs", async () => {
		const path = await scratch({
			"a.json":
				'{"localhook": 2, "same": {"x": 1}, "list": [1, {"k": "old"}], "gone": null}',
			"b.json":
				'{"localhook": 2, "same": {"x": 1}, "list": [1, {"k": "new"}, 3], "more": {"a b": 2}}',
		});

		const { code, stdout } = await runInProcess([
			"snapshot",
			"diff",
			path("a.json"),
			path("b.json"),
		]);

		expect(code).toBe(1);
		expect(stdout.trimEnd().split("\n").sort()).toEqual([
			"gone: null -> (nothing)",
			'list[1].k: "old" -> "new"',
			"list[2]: (nothing) -> 3",
			'more: (nothing) -> {"a b":2}',
		]);
	});

	test("diff compares with the running server, and ends with 0 when nothing differs", async () => {
		const path = await scratch({ "a.json": '{"localhook": 2, "a": {"b": 1}}' });
		let state = { localhook: 2, a: { b: 1 } };
		const { url } = await startControlServer({
			"GET /snapshot": () => ({ body: state }),
		});
		const words = ["snapshot", "diff", path("a.json"), "--url", url, "--json"];

		const same = await runInProcess(words);
		state = { localhook: 2, a: { b: 2 } };
		const other = await runInProcess(words);

		expect(same).toEqual({ code: 0, stdout: "", stderr: "" });
		expect(other.code).toBe(1);
		expect(lines(other.stdout)).toEqual([
			{ kind: "difference", path: "a.b", before: 1, after: 2 },
		]);
	});

	test.each([
		["that is no JSON", '{"a":\n x}', "not a JSON object (line 2, column 2: "],
		["that holds something else", "[]", "not a JSON object"],
		["that is no snapshot", '{"a": 1}', "it is not a snapshot"],
	])("diff refuses a file %s", async (_, text, expected) => {
		const path = await scratch({ "a.json": text });

		const { code, stderr } = await runInProcess([
			"snapshot",
			"diff",
			path("a.json"),
			path("a.json"),
		]);

		expect(code).toBe(2);
		expect(stderr).toContain(expected);
	});
});

describe("what finds nothing", () => {
	test.each([
		["log", "GET /journal", { entries: [], last: 0 }],
		["export har", "GET /export/har", { log: { entries: [] } }],
		["export curl", "GET /export/curl", "#!/bin/sh\n"],
		["export ndjson", "GET /export/ndjson", ""],
	])("%s says so, with its query", async (line, path, body) => {
		const { url } = await startControlServer({ [path]: { body } });
		const words = [...line.split(" "), "--url", url];

		const all = await runInProcess(words);
		const some = await runInProcess([...words, "type:study.*", "state:failed"]);
		const json = await runInProcess([...words, "--json"]);

		expect(all.stderr).toMatch(/^There is nothing yet\./);
		expect(some.stderr).toBe('Nothing matches "type:study.* state:failed".\n');
		expect([all.code, some.code, json.stderr]).toEqual([0, 0, ""]);
	});
});

describe("export", () => {
	test("writes the bytes as they came, to stdout or to a file", async () => {
		const path = await scratch();
		const body = "#!/bin/sh\ncurl -d 'é\u202e'\n";
		const { url, requests } = await startControlServer({
			"GET /export/curl": { headers: { "content-type": "text/plain" }, body },
		});
		const words = ["export", "curl", "state:failed", "--url", url];

		const toStdout = await runInProcess(words);
		const toFile = await runInProcess([
			...words,
			"--reveal",
			"-o",
			path("x.sh"),
		]);

		expect(toStdout.stdout).toBe(body);
		expect(await readFile(path("x.sh"), "utf8")).toBe(body);
		expect((await stat(path("x.sh"))).mode & 0o777).toBe(0o600);
		expect(toFile.stdout).toBe("");
		expect(requests.map(({ query }) => query)).toEqual([
			{ query: "state:failed" },
			{ query: "state:failed", reveal: "true" },
		]);
	});

	test("to a folder that is not there ends it with 2", async () => {
		const path = await scratch();
		const { url } = await startControlServer({
			"GET /export/har": { body: {} },
		});

		const { code, stderr } = await runInProcess([
			"export",
			"har",
			"-o",
			path("none/x.har"),
			"--url",
			url,
		]);

		expect(code).toBe(2);
		expect(stderr).toContain("no such file");
	});

	test("a format that is none ends it with 2 and lists those there are", async () => {
		const { code, stderr } = await runInProcess(["export", "hra"]);

		expect(code).toBe(2);
		expect(stderr).toContain("har, curl, ndjson");
	});
});

describe("wait", () => {
	test("prints what it waited for", async () => {
		const { url, requests } = await startControlServer({
			"POST /wait": { body: { deliveries: [delivery] } },
		});

		const { stdout } = await runInProcess([
			"wait",
			"state:pending",
			"--count",
			"2",
			"--timeout",
			"1m",
			"--url",
			url,
		]);

		expect(requests[0]?.body).toEqual({
			query: "state:pending",
			count: 2,
			timeout: "60000ms",
		});
		expect(stdout).toBe(deliveryText);
	});

	test("for what does not come ends with 5 and shows the nearest and what differed", async () => {
		const nearest = [
			{
				delivery,
				differs: [
					{ field: "state", wanted: "delivered", found: "pending\n" },
					{ field: "reason", wanted: "x" },
				],
			},
		];
		const { url } = await startControlServer({
			"POST /wait": problem(504, "wait-timed-out", "Failed to wait: 0 of 1.", {
				found: 0,
				nearest,
			}),
		});
		const words = ["wait", "state:delivered", "--url", url];

		const text = await runInProcess(words);
		const json = await runInProcess([...words, "--json"]);

		expect(text).toEqual({
			code: 5,
			stdout: "",
			stderr: `Failed to wait: 0 of 1.\nNearest:\n  ${deliveryLines.join("\n  ")}\n    state: wanted delivered, found pending\\n\n    reason: wanted x, found nothing\n`,
		});
		expect(json.code).toBe(5);
		expect(JSON.parse(json.stderr)).toMatchObject({ found: 0, nearest });
	});

	test("--ready ends once the server answers", async () => {
		let asked = 0;
		const health = { status: "ok", providers: ["prolific"] };
		const { url } = await startControlServer({
			"GET /health": () =>
				++asked < 3 ? { status: 503, body: "starting" } : { body: health },
		});

		const { code, stdout } = await runInProcess([
			"wait",
			"--ready",
			"--json",
			"--url",
			url,
		]);

		expect(code).toBe(0);
		expect(lines(stdout)).toEqual([{ kind: "ready", url, ...health }]);
		expect(asked).toBe(3);
	});

	test("has more patience than a timer", async () => {
		const { url } = await startControlServer({
			"GET /health": { body: {} },
			"POST /wait": { body: { deliveries: [] } },
		});
		const words = ["wait", "--timeout", "2000d", "--url", url];

		const outputs = [
			await runInProcess(words),
			await runInProcess([...words, "--ready"]),
		];

		expect(outputs.map(({ code }) => code)).toEqual([0, 0]);
	});

	test("--ready for a server that never answers ends with 5", async () => {
		const { url, close } = await startControlServer({});
		await close();

		const { code, stderr } = await runInProcess([
			"wait",
			"--ready",
			"--timeout",
			"80ms",
			"--url",
			url,
		]);

		expect(code).toBe(5);
		expect(stderr).toContain("not ready within 80ms");
	});

	test("a timeout that is none ends it with 2", async () => {
		const { code, stderr } = await runInProcess(["wait", "--timeout", "soon"]);

		expect(code).toBe(2);
		expect(stderr).toContain('"soon"');
	});
});

describe("faults", () => {
	const fault = {
		match: "provider:prolific",
		on: "delivery",
		fault: "delay",
		by: "3s",
		times: 2,
		drawn: 1,
		applied: 1,
	};
	const shown =
		'delivery delay by="3s" times=2  match "provider:prolific"  drawn 1, applied 1\n';

	test("shows the plan, with or without the word", async () => {
		const { url } = await startControlServer({
			"GET /faults": { body: { faults: [fault] } },
		});
		const env = { LOCALHOOK_URL: url };

		const outputs = [
			await runInProcess(["faults"], { env }),
			await runInProcess(["faults", "show"], { env }),
			await runInProcess(["faults", "--url", url]),
		];

		expect(outputs.map(({ stdout }) => stdout)).toEqual([shown, shown, shown]);
	});

	test("loads YAML and JSON, a list or an object that holds one, and clears", async () => {
		const path = await scratch({
			"faults.yaml": "- fault: drop\n  times: 1\n",
			"faults.json": '{"faults": [{"fault": "drop", "times": 1}]}',
		});
		const { url, requests } = await startControlServer({
			"PUT /faults": { body: { faults: [] } },
		});
		const env = { LOCALHOOK_URL: url };

		await runInProcess(["faults", "load", path("faults.yaml")], { env });
		await runInProcess(["faults", "load", path("faults.json")], { env });
		await runInProcess(["faults", "load", "-"], {
			env,
			stdin: "[{fault: drop, times: 1}]",
		});
		const cleared = await runInProcess(["faults", "clear"], { env });

		const plan = { faults: [{ fault: "drop", times: 1 }] };
		expect(requests.map(({ body }) => body)).toEqual([
			plan,
			plan,
			plan,
			{ faults: [] },
		]);
		expect(cleared).toEqual({
			code: 0,
			stdout: "",
			stderr: "No fault is planned.\n",
		});
	});

	test.each([
		["that is no YAML", "a: [", "Flow sequence"],
		["without a list", "fault: drop", 'stdin:1:1: it has no "faults"'],
		["of nothing", "", 'stdin: it has no "faults"'],
		[
			"with a wrong name and value",
			"- fault: drp\n- fault: drop\n  times: many",
			"stdin:1:10: faults[0].fault",
		],
		[
			"that explodes",
			`a: &a [1,1]\nb: &b [${Array(60).fill("*a")}]\nc: [${Array(60).fill("*b")}]`,
			"alias",
		],
	])("refuses a file %s", async (_, text, expected) => {
		const { code, stderr } = await runInProcess(["faults", "load", "-"], {
			stdin: text,
		});

		expect(code).toBe(2);
		expect(stderr).toContain(expected);
	});
});

describe("endpoint", () => {
	const endpoint = {
		provider: "prolific",
		id: "a/b",
		url: "http://127.0.0.1:3000/hooks",
		events: ["study.status.change"],
		enabled: true,
		outage: "paused",
		pending: 3,
	};
	const line =
		"prolific  a/b  http://127.0.0.1:3000/hooks  enabled, paused, 3 pending\n  study.status.change\n";

	test("list shows each with its outage", async () => {
		const { url, requests } = await startControlServer({
			"GET /endpoints": { body: { endpoints: [endpoint] } },
		});

		const { stdout } = await runInProcess([
			"endpoint",
			"list",
			"prolific",
			"--url",
			url,
		]);

		expect(stdout).toBe(line);
		expect(requests[0]?.query).toEqual({ provider: "prolific" });
	});

	test.each([
		["pause", "paused"],
		["down", "down"],
		["resume", "none"],
	])("%s switches its outage to %s", async (word, outage) => {
		const { url, requests } = await startControlServer({
			"PUT /endpoints/prolific/a%2Fb/outage": { body: endpoint },
		});

		const { stdout } = await runInProcess([
			"endpoint",
			word,
			"prolific",
			"a/b",
			"--url",
			url,
		]);

		expect(requests[0]?.body).toEqual({ outage });
		expect(stdout).toBe(line);
	});
});

describe("what a server says", () => {
	const hostile = fc.oneof(
		fc.string({ unit: anyCharacter }),
		fc.constantFrom("\u001b[2J", "\u202e", "\r", "\n", "\u0085"),
	);
	const json = fc.jsonValue({ stringUnit: anyCharacter });

	test("as an entry of the journal moves nothing in a terminal", () => {
		const page = { time: dateTime, width: 100 };
		const entry = fc.record(
			{
				seq: fc.nat(),
				kind: fc.oneof(
					fc.constantFrom(
						"call",
						"event",
						"delivery",
						"attempt",
						"settled",
						"fault",
					),
					hostile,
				),
				at: hostile,
				provider: fc.oneof(hostile, json),
				event: fc.oneof(fc.record({ id: hostile, type: hostile }), json),
				path: fc.oneof(hostile, json),
				status: fc.oneof(hostile, json),
				error: fc.oneof(fc.record({ code: hostile, message: hostile }), json),
				fault: fc.oneof(hostile, json),
				reason: fc.oneof(hostile, json),
				answer: fc.oneof(hostile, json),
				nextAt: fc.oneof(hostile, json),
				number: json,
				matched: json,
				state: fc.oneof(hostile, json),
				url: fc.oneof(hostile, json),
				delivery: fc.oneof(hostile, json),
				duration: fc.oneof(fc.double(), json),
			},
			{ requiredKeys: ["seq", "kind", "at"] },
		);

		fc.assert(
			fc.property(entry, (each) => {
				for (const line of entryLines(each as unknown as JournalEntry, page))
					expect(line).not.toMatch(
						/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u,
					);
			}),
		);
	});

	test("as a problem is an error of a known code, whatever it is", () => {
		const body = fc.oneof(
			json.map((value) => JSON.stringify(value)),
			fc
				.record({
					code: fc.oneof(
						hostile,
						fc.constantFrom("__proto__", "constructor", "not-found"),
					),
					detail: hostile,
					extra: json,
				})
				.map((value) => JSON.stringify(value)),
			hostile,
		);

		fc.assert(
			fc.property(
				body,
				fc.integer({ min: 400, max: 599 }),
				(text, statusCode) => {
					const error = readProblem(
						"http://x",
						{ statusCode, headers: {} },
						Buffer.from(text),
					);

					expect(Object.keys(errorCodes)).toContain(error.code);
				},
			),
		);
	});
});

describe("every command", () => {
	const shown = commands.filter(({ hidden }) => !hidden);

	test.each(shown.map(({ name }) => name))(
		"%s has help with examples",
		async (name) => {
			const { code, stdout } = await runInProcess([name, "--help"]);

			expect(code).toBe(0);
			expect(stdout).toContain(`Examples:\n  $ `);
			expect(stdout).toContain(`localhook ${name}`);
		},
	);

	test("says of its options nothing that nobody reads", () => {
		// In YAML, a comma ends a text without quotes in braces, and begins a name.
		const read =
			"about default choices suggested from to duration many conflicts".split(
				" ",
			);
		const names = shown.flatMap(({ options = {} }) =>
			Object.values(options).flatMap((about) =>
				typeof about === "string" ? [] : Object.keys(about),
			),
		);

		expect(read).toEqual(expect.arrayContaining([...new Set(names)]));
	});

	test.each([
		[["clokc", "now"], '"clock"'],
		[["clock", "nwo"], "now"],
		[["endpoint", "puase", "prolific", "x"], "pause"],
		[["send", "prolific", "x", "--cuont", "3"], "--count"],
	])("%j gets the nearest word", async (words, expected) => {
		const { code, stderr } = await runInProcess(words);

		expect(code).toBe(2);
		expect(stderr).toContain(expected);
	});

	test.each([
		[["send", "--cuont=3"], 'Unknown option "--cuont" of localhook send.'],
		[["log", "--limit", "0"], 'Invalid --limit "0": must be a whole number'],
		[["log", "--limit"], "Missing the value of -n, --limit <n>. Usage: "],
		[["export", "hra"], 'Invalid <format> "hra": must be one of har, curl'],
		[["clock", "nwo"], 'Unknown command "nwo" of localhook clock. Did you'],
		[["clock", "now", "x"], 'Unexpected argument "x" of localhook clock now'],
		[
			["show"],
			"Missing <delivery>: its id or the start of it, or latest. Usage: ",
		],
	])("%j is refused as everything else is", async (words, message) => {
		const text = await runInProcess(words);
		const env = { LOCALHOOK_JSON: "1" };
		const json = await runInProcess(words, { env });

		expect([text.code, json.code]).toEqual([2, 2]);
		expect(text.stderr).toContain(message);
		expect(JSON.parse(json.stderr)).toMatchObject({
			kind: "error",
			code: "invalid-option",
			message: expect.stringContaining(message),
		});
	});

	test("a flag's value may be a command's name", async () => {
		const { code, stderr } = await runInProcess([
			"--seed",
			"send",
			"--port",
			"x",
		]);

		expect(code).toBe(2);
		expect(stderr).toContain('not "x"');
	});
});

describe("a process", () => {
	test("ends with the exit code of its command", async () => {
		const { url, close } = await startControlServer({});
		await close();

		const { code, stdout, stderr } = await command(["clock", "now"], {
			LOCALHOOK_URL: url,
		}).finished;

		expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
		expect(stderr).toContain(`Failed to reach localhook at ${url}`);
	});

	test("whose reader stops early ends without a word", async () => {
		const entries = Array(1000).fill({
			seq: 1,
			kind: "x".repeat(1000),
			at: "t",
		});
		const { url } = await startControlServer({
			"GET /journal": { body: { entries, from: 1, last: 1 } },
		});

		const running = command(["log", "--url", url]);
		running.process.stdout?.destroy();
		const { code, stderr } = await running.finished;

		expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
	});
});
