import { expect, onTestFinished, test } from "vitest";
import { install } from "../src/catalog.ts";
import { createVirtualClock } from "../src/delivery/clock.ts";
import { createEngine } from "../src/engine/engine.ts";
import { startServer } from "../src/server/server.ts";
import { startLocalhook } from "../src/testing/start.ts";
import type { Finished } from "./support/command.ts";
import { startOfTest } from "./support/engine.ts";
import { beginInProcess, runInProcess } from "./support/in-process.ts";
import { startReceiver } from "./support/receiver.ts";

const event = ["prolific", "study.status.change"] as const;

/** A server on a virtual clock with one receiver, and the command line that steers it. */
async function steered() {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	// Bytes may go out that break the provider's document, so nothing holds them against it here.
	const engine = createEngine({
		providers: [await install("prolific")],
		clock: createVirtualClock(startOfTest),
		receiver: receiver.url,
	});
	const server = await startServer({ engine, port: 0 });
	onTestFinished(async () => {
		await server.close();
		await engine.close();
	});
	const { url } = server;
	const env = { LOCALHOOK_URL: url };
	const cli = (...words: string[]): Promise<Finished> =>
		runInProcess(words, { env });
	// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects.
	const json = async (...words: string[]): Promise<any[]> => {
		const { stdout, stderr, code } = await cli(...words, "--json");
		expect({ code, stderr }, words.join(" ")).toEqual({ code: 0, stderr: "" });
		return stdout
			.split("\n")
			.filter(Boolean)
			.map((line) => JSON.parse(line));
	};
	return { url, engine, receiver, cli, json };
}

test("send tells what came of the first attempt, and so does resend", async () => {
	const { engine, receiver, cli } = await steered();
	const send = ["send", ...event];
	receiver.answer({}, { status: 500 }, {});

	const delivered = await cli(...send);
	const failed = await cli(...send);
	const again = await cli("resend", "latest", "--exact");
	const hasty = await cli(...send, "--no-wait");
	const refused = await cli(...send, "--to", "http://10.1.2.3/hooks");
	const paused = engine
		.endpoints()
		.find(({ events }) => events?.includes(event[1]));
	await cli("endpoint", "pause", "prolific", paused?.id ?? "");
	const held = await cli(...send);

	expect(delivered).toMatchObject({ code: 0, stderr: "" });
	expect(delivered.stdout).toMatch(/ {2}delivered\n$/);
	expect(failed).toMatchObject({ code: 0 });
	expect(failed.stdout).toMatch(/\n {2}1 attempt, last 500, next attempt/);
	expect(failed.stderr).toMatch(/by the virtual clock/);
	expect(again.stdout).toMatch(/ {2}delivered\n$/);
	expect(hasty.stdout).toMatch(/ {2}pending\n$/);
	expect(refused.code).toBe(2);
	expect(refused.stdout).toMatch(
		/failed\n {2}1 attempt, "10\.1\.2\.3" is neither/,
	);
	expect(held).toMatchObject({ code: 0 });
	expect(held.stderr).toMatch(/is held: the endpoint is paused/);
});

test("days of retries pass at a word, each a line of the log", async () => {
	const { receiver, cli, json } = await steered();
	receiver.answer({ status: 500 });

	await json("send", ...event, "--set", "status=PAUSED");
	await json("wait", "status:500");
	const [next] = await json("clock", "next");
	const [drained] = await json("clock", "drain");
	const [failed] = await json("wait", "state:failed");
	const log = await json("log", "state:failed", "--limit", "2");
	const shown = await cli("log", "--limit", "2");

	expect(next).toMatchObject({ kind: "clock", ran: { attempt: 2 } });
	expect(next.attempts + drained.attempts + 1).toBe(receiver.requests.length);
	expect(failed.delivery.attempts).toBe(receiver.requests.length);
	expect(JSON.parse(String(receiver.requests[0]?.body)).status).toBe("PAUSED");
	expect(log.map(({ kind }) => kind)).toEqual(["attempt", "settled"]);
	expect(shown.stdout).toMatch(
		/ attempt {2}500 .*\n {21}why: localhook explain dlv_\w{8}\n.* settled .*failed.*\n {21}the provider gives up after 13 attempts\n$/,
	);
});

test("what is resent is the same to the byte, or signed anew", async () => {
	const { receiver, engine, json } = await steered();
	await json("send", ...event);
	await json("clock", "advance", "10m");
	await json("resend", "latest", "--exact");
	await json("clock", "advance", "10m");
	await json("resend", "latest", "--resign");
	await engine.idle();

	const [first, exact, resigned] = receiver.requests.map(
		({ headers, body }) => [
			body.toString(),
			headers["x-prolific-request-signature"],
		],
	);
	expect(first?.[1]).toBeDefined();
	expect(exact).toEqual(first);
	expect(resigned?.[0]).toBe(first?.[0]);
	expect(resigned?.[1]).not.toBe(first?.[1]);
});

test("what a dry run prints shows what would be sent, and sends nothing", async () => {
	const { receiver, cli } = await steered();

	const { stdout, code } = await cli("send", ...event, "--dry-run");

	expect(code).toBe(0);
	expect(stdout).toMatch(/^# \S+ http.*\ncurl .*\n.*openssl .*\n$/);
	expect(receiver.requests).toEqual([]);
});

test("bytes, a URL and a way to sign go out as asked", async () => {
	const { receiver, url, engine } = await steered();
	const other = await startReceiver();
	onTestFinished(() => other.close());
	const bytes = Buffer.from([0, 255, 13, 10]);
	const words = ["send", ...event, "--body", "-", "--to", other.url];

	const { code, stderr } = await runInProcess(
		[...words, "--sign", "garbage", "--count", "2", "--url", url],
		{ stdin: bytes },
	);
	await engine.idle();

	// This receiver accepts anything.
	expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
	expect(other.requests.map(({ body }) => body)).toEqual([bytes, bytes]);
	expect(receiver.requests).toEqual([]);
});

test("an outage holds deliveries back until it ends", async () => {
	const { receiver, json, engine } = await steered();
	const endpoints = await json("endpoint", "list", "prolific");
	const { id } = endpoints.find(({ events }) => events.includes(event[1]));

	const [paused] = await json("endpoint", "pause", "prolific", id);
	await json("send", ...event);
	await engine.idle();
	const whilePaused = receiver.requests.length;
	const [resumed] = await json("endpoint", "resume", "prolific", id);
	await json("wait", "state:delivered");

	expect([paused.outage, whilePaused, resumed.outage]).toEqual([
		"paused",
		0,
		"none",
	]);
});

test("a plan of faults is loaded, drawn from and cleared", async () => {
	const { receiver, url, json, engine } = await steered();
	const env = { LOCALHOOK_URL: url };
	const plan = "- fault: duplicate\n  copies: 2\n  times: 1\n";

	await runInProcess(["faults", "load", "-"], { env, stdin: plan });
	await json("send", ...event);
	await engine.idle();
	const [fault] = await json("faults");
	await runInProcess(["faults", "clear"], { env });

	expect(fault).toMatchObject({
		kind: "fault",
		fault: "duplicate",
		applied: 1,
	});
	expect(receiver.requests.length).toBeGreaterThan(1);
	expect(await runInProcess(["faults", "show"], { env })).toMatchObject({
		stdout: "",
	});
});

test("secrets are shown on demand, and rolled", async () => {
	const { json } = await steered();

	const [hidden] = await json("secret", "prolific");
	const [before] = await json("secret", "prolific", "--reveal");
	const [after] = await json("secret", "prolific", "--replace");

	expect(hidden).not.toHaveProperty("value");
	expect(after.value).not.toBe(before.value);
	expect(after.owner).toBe(before.owner);
});

test("what does not come in time is told with what came nearest", async () => {
	const { cli, json, engine } = await steered();
	await json("send", ...event);
	await engine.idle();

	const { code, stdout, stderr } = await cli(
		"wait",
		"state:failed",
		"--timeout",
		"50ms",
	);

	expect({ code, stdout }).toEqual({ code: 5, stdout: "" });
	expect(stderr).toMatch(/state: wanted failed, found delivered/);
});

test.each([
	[
		"an event",
		["send", "prolific", "study.status.chnage"],
		'"study.status.change"',
	],
	["a provider", ["send", "prolifc", "study.status.change"], '"prolific"'],
	["a field", ["send", ...event, "--set", "statsu=PAUSED"], "status"],
	["a way to sign", ["send", ...event, "--sign", "nnoe"], "none"],
	["a query", ["log", "stat:failed"], "state"],
	["an outage's endpoint", ["endpoint", "down", "prolific", "x"], '"x"'],
	["a duration", ["clock", "advance", "3 days"], "3d"],
])(
	"a mistyped %s ends with 2 and the near ones",
	async (_, words, expected) => {
		const { cli } = await steered();

		const { code, stdout, stderr } = await cli(...words);

		expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
		expect(stderr).toContain(expected);
	},
);

test("deliveries leave in each format", async () => {
	const { cli, json, engine } = await steered();
	await json("send", ...event);
	await engine.idle();

	const har = await cli("export", "har", "state:delivered");
	const curl = await cli("export", "curl");
	const ndjson = await cli("export", "ndjson", "state:failed");

	expect(JSON.parse(har.stdout).log.entries).toHaveLength(1);
	expect(curl.stdout).toContain("curl ");
	expect(ndjson.stdout).toBe("");
});

test("a saved state tells what changed since, and brings it back", async () => {
	const { url, cli, json } = await steered();
	const saved = (await cli("snapshot", "save")).stdout;
	const words = ["snapshot", "diff", "-", "--url", url];
	const same = await runInProcess(words, { stdin: saved });

	await json("secret", "prolific", "--replace");
	const changed = await runInProcess(words, { stdin: saved });
	await runInProcess(["snapshot", "load", "-", "--url", url], { stdin: saved });
	const restored = await runInProcess(words, { stdin: saved });

	expect([same.code, changed.code, restored.code]).toEqual([0, 1, 0]);
	expect(changed.stdout).toMatch(/^providers\.prolific\..*: ".*" -> ".*"$/m);
	expect(restored.stdout).toBe("");
});

test("log prints what the journal of hooks has, entry by entry", async () => {
	const hooks = await startLocalhook({
		providers: ["prolific"],
		receiver: () => new Response(null, { status: 500 }),
	});
	onTestFinished(() => hooks.close());
	hooks.faults.set([{ fault: "duplicate", times: 1 }]);
	hooks.prolific.send(event[1]);
	await hooks.clock.drain();
	await hooks.prolific.call("get-secrets");

	const entries = hooks.journal.entries();
	const words = ["log", "--json", "--url", hooks.url];
	const { stdout } = await runInProcess([...words, "--limit", "1000"]);

	expect(new Set(entries.map(({ kind }) => kind)).size).toBe(6);
	expect(stdout.trimEnd().split("\n")).toEqual(
		entries.map((entry) => JSON.stringify(entry)),
	);
});

test("log follows what happens elsewhere, of one query, until it is stopped", async () => {
	const { url, json, engine } = await steered();
	const words = ["--follow", "--json", "--url", url, "state:delivered"];
	const running = beginInProcess(["log", ...words]);
	await json("send", ...event);
	await engine.idle();

	await running.printed(/"kind":"settled"/);
	const { code, stdout, stderr } = await running.stop("SIGINT");

	const entries = stdout
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(entries.map(({ kind }) => kind)).not.toContain("event");
	expect(entries.at(-1)).toMatchObject({ kind: "settled", state: "delivered" });
	expect([code, stderr]).toEqual([130, ""]);
});

test("a waiting delivery is shown with what is planned, attempted now, and forgotten by a reset", async () => {
	const { receiver, cli } = await steered();
	receiver.answer({ status: 500, body: "no\u001b[2J" });
	await cli("send", ...event);
	await cli("wait", "status:500");

	const waiting = await cli("show", "latest");
	receiver.answer({ status: 204 });
	const attempted = await cli("attempt", "latest");
	const reset = await cli("reset", "prolific");
	const gone = await cli("show", "latest");

	expect(waiting.stdout).toMatch(/^dlv_\S+ {2}pending\nevent {5}prolific /);
	expect(waiting.stdout).toMatch(
		/\nattempt {3}#1 .* 500\n {2}why: localhook explain dlv_\w{20}\n(planned {3}2026\S+\n){3}planned {3}\d+ more until 2026/,
	);
	expect(waiting.stdout).toMatch(/\n> X-Prolific-Request-Signature: /);
	expect(waiting.stdout).toMatch(/\n> \{.*"event_type".*\n< 500\n/);
	expect(waiting.stdout).not.toContain("\u001b");
	expect(attempted.stdout).toMatch(/^dlv_\S+ {2}delivered\n/);
	expect(attempted.stdout).toMatch(/\nattempt {3}#2 .* 204\n/);
	expect(reset).toEqual({ code: 0, stdout: "reset prolific\n", stderr: "" });
	expect(gone.code).toBe(2);
});
