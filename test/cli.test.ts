import { createServer } from "node:net";
import type { Command } from "commander";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import {
	addressOf,
	command,
	type RunningCommand,
	spawnCommand,
	startCommand,
} from "./support/command.ts";
import { runInProcess, startInProcess } from "./support/in-process.ts";
import { startReceiver } from "./support/receiver.ts";
import { wholeProgram } from "./support/whole-program.ts";

const token = {
	authorization: "Token abc",
	"content-type": "application/json",
};

const runAsProcess = (words: readonly string[]) => command(words).finished;

function createSecret(url: string): Promise<Response> {
	return fetch(`${url}/prolific/api/v1/hooks/secrets/`, {
		method: "POST",
		headers: token,
		body: '{"workspace_id":"63722982f9cc073ecc730f6b"}',
	});
}

describe("start", () => {
	let running: RunningCommand;
	let url: string;

	beforeAll(async () => {
		running = spawnCommand(["start", "--port", "0"]);
		url = await addressOf(running);
		return () => void running.process.kill("SIGKILL");
	});

	test("prints where each provider is, the receiver and the next command", async () => {
		const [banner] = await running.printed(/localhook[\s\S]*next .*\n/);

		for (const id of ["openformat", "prolific", "solvimon", "spritz"])
			expect(banner).toContain(`${url}/${id}`);
		expect(banner).toContain(`${url}/_localhook/receiver/<provider>`);
		expect(banner).toContain(`curl ${url}/`);
	});

	test("an event that reaches nobody is a line that says so", async () => {
		await fetch(`${url}/_localhook/events`, {
			method: "POST",
			headers: token,
			body: '{"provider":"prolific","type":"study.status.change"}',
		});

		await expect(
			running.printed(/study\.status\.change matched no endpoint/),
		).resolves.toBeDefined();
	});

	test("control characters of a request never reach the terminal", async () => {
		await fetch(
			`${url}/prolific/api/v1/hooks/subscriptions/${encodeURIComponent("\u001b[31m\u202e")}/`,
			{ headers: token },
		);
		const [line] = await running.printed(/.* GET .*\n/);

		expect(line.slice(0, -1)).not.toMatch(/[\p{Cc}\u202e]/u);
	});

	test("colour is for those who want it", async () => {
		const plain = await running.printed(/next/);
		const { printed } = await startInProcess([], {
			env: { NO_COLOR: "", FORCE_COLOR: "1" },
		});
		const coloured = await printed(/next/);

		expect(plain.input).not.toContain("\u001b[");
		expect(coloured.input).toContain("\u001b[");
	});
});

test("with the built-in receiver, the command that the banner offers ends in a verified delivery", async () => {
	const { url, printed } = await startInProcess(["--receiver", "built-in"]);
	const [, body] = await printed(/curl \S+ \\\n +--json '(.*)'/);

	const response = await fetch(`${url}/_localhook/events`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: body as string,
	});
	await printed(/ attempt {2}200 /);
	const latest = await fetch(`${url}/_localhook/deliveries/latest`);

	expect(response.status).toBe(202);
	expect(await latest.json()).toMatchObject({
		state: "delivered",
		attempts: [{ response: { body: '{"verified":true}' } }],
	});
});

test("localhook without a command starts everything", async () => {
	const running = command(["--port", "0", "--json"]);

	const [line] = await running.printed(/.*"ready".*/);

	expect(JSON.parse(line).providers).toHaveLength(builtInIds.length);
});

test("--json prints one ready line and a line for each thing that happens, on stdout only", async () => {
	const running = await startInProcess(["prolific", "--json"]);
	await createSecret(running.url);
	await running.printed(/"kind":"call"/);

	const { code, stdout, stderr } = await running.stop("SIGTERM");

	const lines = stdout
		.trim()
		.split("\n")
		.map((line) => JSON.parse(line));
	expect(lines.map(({ kind }) => kind)).toEqual(["ready", "call", "stopped"]);
	expect(lines[0]).toMatchObject({
		url: running.url,
		providers: [{ id: "prolific", url: `${running.url}/prolific` }],
	});
	expect(lines[1]).toMatchObject({
		provider: "prolific",
		operation: "create-secret",
		status: 201,
	});
	expect(stderr).toBe("");
	expect(code).toBe(143);
});

test("each call and each attempt is a line with date and time, provider, kind, status, what and id", async () => {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	const running = await startInProcess([
		"prolific",
		"--receiver",
		receiver.url,
	]);
	await createSecret(running.url);
	await fetch(`${running.url}/_localhook/events`, {
		method: "POST",
		headers: token,
		body: '{"provider":"prolific","type":"study.status.change"}',
	});

	const [call] = await running.printed(/.* POST .*\n/);
	const [attempt] = await running.printed(/.* attempt .*\n/);

	expect(call).toMatch(
		/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}prolific {4}call {5}201 {2}POST \/api\/v1\/hooks\/secrets\/ {2}create-secret\n$/,
	);
	expect(attempt).toMatch(
		/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}prolific {4}attempt {2}200 {2}study\.status\.change #1 → :\S+ {2}dlv_\w{8}\n$/,
	);
});

test("--quiet prints nothing for calls", async () => {
	const running = await startInProcess(["prolific", "--quiet"]);
	await createSecret(running.url);

	const { stderr, stdout } = await running.stop("SIGINT");

	expect(`${stdout}${stderr}`).not.toContain("secrets");
});

test("a receiver is registered with a secret that the banner shows and the deliveries are signed with", async () => {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	const running = await startInProcess(["spritz", "--receiver", receiver.url]);
	const [, secret] = await running.printed(/secret (\S+)/);

	await fetch(`${running.url}/_localhook/events`, {
		method: "POST",
		headers: token,
		body: '{"provider":"spritz","type":"payment.completed"}',
	});
	await running.printed(/attempt .* payment\.completed/);

	const { createHmac } = await import("node:crypto");
	const [request] = receiver.requests;
	const expected = createHmac("sha256", secret as string)
		.update(request?.body ?? "")
		.digest("hex");
	expect(request?.headers.signature).toBe(expected);
});

test("each provider has a receiver of its own, and one without gets none", async () => {
	const receivers = [
		...["prolific=http://127.0.0.1:9/hooks/{provider}"],
		...["spritz=http://127.0.0.1:9/own", "solvimon=built-in"],
	];
	const { url, printed } = await startInProcess(
		receivers.flatMap((each) => ["--receiver", each]),
	);

	const answer = await fetch(`${url}/_localhook/endpoints`);
	const [banner] = await printed(/sending to(.*\n){3}/);

	const { endpoints } = (await answer.json()) as {
		endpoints: { provider: string; url: string }[];
	};
	expect(
		Object.fromEntries(endpoints.map((each) => [each.provider, each.url])),
	).toEqual({
		prolific: "http://127.0.0.1:9/hooks/prolific",
		spritz: "http://127.0.0.1:9/own",
		solvimon: `${url}/_localhook/receiver/solvimon`,
	});
	expect(banner.replaceAll(/ +/g, " ").trim().split("\n ")).toEqual([
		"sending to prolific http://127.0.0.1:9/hooks/{provider}",
		"spritz http://127.0.0.1:9/own",
		"solvimon built-in",
	]);
});

test("the same seed gives the same secret after a restart, another seed another", async () => {
	const value = async (...words: string[]) => {
		const { url, stop } = await startInProcess(["prolific", ...words]);
		const body = (await (await createSecret(url)).json()) as {
			value: string;
		};
		await stop();
		return body.value;
	};

	const [first, second, other] = [
		await value(),
		await value(),
		await value("--seed", "7"),
	];

	expect(first).toBe(second);
	expect(other).not.toBe(first);
});

test("Ctrl-C stops cleanly with 130, with a connection open and a delivery waiting", async () => {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	receiver.answer({ hang: true });
	const running = await startCommand(["prolific", "--receiver", receiver.url]);
	await fetch(`${running.url}/_localhook/events`, {
		method: "POST",
		headers: token,
		body: '{"provider":"prolific","type":"study.status.change"}',
	});
	const started = performance.now();

	running.process.kill("SIGINT");
	const { code, stderr } = await running.finished;

	expect(code).toBe(130);
	expect(stderr).toContain("stopped (SIGINT)");
	// The bound is the promise made to users, not a measure of speed.
	expect(performance.now() - started).toBeLessThan(2000);
});

test("a port that is taken ends it with 3 and says which and what to do", async () => {
	const holder = createServer();
	await new Promise<void>((resolve) => holder.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => void holder.close());
	const { port } = holder.address() as { port: number };

	const { code, stderr } = await runInProcess(["start", "--port", `${port}`]);

	expect(code).toBe(3);
	expect(stderr).toContain(`port ${port}`);
	expect(stderr).toContain("--port 0");
});

type Refused = [name: string, words: string[], expected: string[]];

test("a port that is taken on the IPv6 loopback alone counts as taken", async () => {
	const holder = createServer();
	await new Promise<void>((resolve) => holder.listen(0, "::1", resolve));
	onTestFinished(() => void holder.close());
	const { port } = holder.address() as { port: number };

	const { code } = await runInProcess(["start", "--port", String(port)]);

	expect(code).toBe(3);
});

test("no line of any help is longer than 100 columns", async () => {
	const paths = (command: Command, path: string[] = []): string[][] => [
		path,
		...command.commands.flatMap((each) => paths(each, [...path, each.name()])),
	];
	const all = paths(await wholeProgram());
	expect(all.length).toBeGreaterThan(35);

	for (const path of all) {
		const { stdout } = await runInProcess([...path, "--help"]);

		expect(stdout).toContain("Usage: ");
		expect(stdout.split("\n").filter(({ length }) => length > 100)).toEqual([]);
	}
});

test.each<Refused>([
	[
		"an unknown provider",
		["start", "prolifc"],
		['"prolifc"', 'Did you mean "prolific"?', builtInIds.join(", ")],
	],
	["a mistyped command", ["strat"], ['Did you mean "start"']],
	[
		"a mistyped command with options of its own",
		["sned", "prolific", "study.status.change", "--set", "a=b"],
		['Did you mean "send"?'],
	],
	...[
		["start", "--target", "--receiver"],
		["start", "-t", "-r"],
		["exec", "--allow-target=a.test", "--allow-receiver"],
		["exec", "--faults", "--faults-file"],
		["send", "--file", "--payload"],
		["send", "--raw=x", "--body"],
		["export", "--with-secrets", "--reveal"],
	].map(([name = "", flag = "", now = ""]): Refused => {
		const [old] = flag.split("=");
		const expected = `Unknown option "${old}": it is now called "${now}".\n`;
		return [`${name} ${flag}`, [name, flag, "x"], [expected]];
	}),
	[
		"a flag that Node reads too",
		["start", "--env-file=x"],
		['"--env-file": it is now called "--write-env-file".\n'],
	],
	["an old command", ["state", "save"], ['it is now called "snapshot".\n']],
	["an unknown flag", ["start", "--prot", "1"], ["--prot", "--port"]],
	[
		"a port that is none",
		["start", "--port", "99999"],
		["not 99999", "0 to 65535"],
	],
	[
		"a receiver that is no URL",
		["start", "--receiver", "localhost"],
		['"localhost"', "http://"],
	],
	[
		"a receiver of a provider that is not started",
		["start", "prolific", "--receiver", "solvimon=built-in"],
		['"solvimon"', "not among the providers to start"],
	],
	[
		"a receiver of an unknown provider",
		["start", "--receiver", "prolifc=built-in"],
		["--receiver", 'Did you mean "prolific"?'],
	],
	[
		"a rewrite that is none",
		["start", "--rewrite", "a=b"],
		['"a=b"', "--rewrite https://"],
	],
	[
		"an allowed receiver that is none",
		["start", "--allow-receiver", "http://x/y"],
		['"http://x/y"', "host:port"],
	],
	[
		"an unknown option",
		["start", "--option", "prolific.jsn=compact"],
		['"jsn"', 'Did you mean "json"?'],
	],
	[
		"an unknown option value",
		["start", "--option", "prolific.json=pretty"],
		['"pretty"', "python, compact"],
	],
	[
		"an assignment that is none",
		["start", "--credential", "prolific"],
		["--credential", "provider=value"],
	],
	[
		"a credential of an unknown provider",
		["start", "--credential", "stripe=sk"],
		["--credential", "prolific"],
	],
	[
		"a credential with a name",
		["start", "--credential", "prolific.token=abc"],
		["--credential", "provider=value"],
	],
	[
		"a credential of a provider that is not started",
		["start", "prolific", "--credential", "solvimon=key"],
		['"solvimon"', "not among the providers to start"],
	],
	[
		"handlers that are not there",
		["start", "--handlers", "./none.ts"],
		['"./none.ts"', "no such file"],
	],
])("%s ends it with 2 and a helpful message", async (_, words, expected) => {
	const { code, stdout, stderr } = await runInProcess(words);

	expect(code).toBe(2);
	expect(stdout).toBe("");
	for (const part of expected) expect(stderr).toContain(part);
	expect(stderr).not.toMatch(/\n\s+at /);
});

test("a process says what is wrong with its command line, and ends with 2", async () => {
	const { code, stdout, stderr } = await runAsProcess(["start", "prolifc"]);

	expect([code, stdout]).toEqual([2, ""]);
	expect(stderr).toMatch(/^Failed to .*"prolifc".*\n$/);
});

test.each([
	[
		["init"],
		/^Unknown command "init": there is no command or provider of that name\. "localhook --help" lists .* prolific/,
	],
	[["help", "waitt"], /^Unknown command "waitt".*Did you mean "wait"\?/],
	[
		["show"],
		/^Missing <delivery>: its id .* Usage: localhook show \[options\] <delivery>/,
	],
	[
		["endpoint", "pause"],
		/Usage: localhook endpoint pause \[options\] <provider> <id>/,
	],
	[["waitt"], /Did you mean "wait"\?/],
	[["lgo"], /Did you mean "log"\?/],
	[["prolifc", "--port", "0"], /Did you mean "prolific"\?/],
	[
		["exec", "pytest", "-q"],
		/Put "--" before the command to run, as in: localhook exec -- pytest -q/,
	],
	[["exec", "pytest"], /localhook exec -- pytest/],
	[
		["start", "--option", "json=compact"],
		/must be provider\.name=value, such as prolific\.json=compact, not "json=compact"/,
	],
])("%j is refused with what to do", async (words, message) => {
	const { code, stderr } = await runInProcess(words);

	expect(code).toBe(2);
	expect(stderr).toMatch(message);
});

test("with --json an error is an object with a code", async () => {
	const { code, stderr } = await runInProcess(["start", "stripe", "--json"]);

	expect(code).toBe(2);
	expect(JSON.parse(stderr)).toMatchObject({
		kind: "error",
		code: "unknown-provider",
	});
});

test.each([
	["in a process", ["--version"], runAsProcess],
	["in this one", ["--help"], runInProcess],
	["in this one", ["start", "--help"], runInProcess],
	["in this one", ["help", "start"], runInProcess],
])("%s, %j answers on stdout with 0", async (_, words, run) => {
	const { code, stdout, stderr } = await run(words);

	expect(code).toBe(0);
	expect(stdout).not.toBe("");
	expect(stderr).toBe("");
});
