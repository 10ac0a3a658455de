import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Command } from "commander";
import { expect, onTestFinished, test } from "vitest";
import { install } from "../../src/catalog.ts";
import { createVirtualClock } from "../../src/delivery/clock.ts";
import { createEngine } from "../../src/engine/engine.ts";
import { startServer } from "../../src/server/server.ts";
import { command, type Finished } from "../support/command.ts";
import { startControlServer } from "../support/control-server.ts";
import { startOfTest } from "../support/engine.ts";
import { folderWith } from "../support/folder.ts";
import { runInProcess } from "../support/in-process.ts";
import { startReceiver } from "../support/receiver.ts";
import { wholeProgram } from "../support/whole-program.ts";

/** A command line, then what it has to end with. */
type Row = readonly [
	line: string,
	code: number,
	stdout: RegExp,
	stderr?: RegExp,
];

const nothing = /^$/;
const event = "prolific study.status.change";
const rows: readonly Row[] = [
	[`send ${event}`, 0, /^\S+ {2}prolific {2}study\.status\.change\n.*\n$/],
	["resend latest --exact", 0, /^dlv_.*\n$/],
	["wait --ready", 0, /^http:\/\/127\.0\.0\.1:\d+\n$/],
	["log --limit 2", 0, /^.+\n.+\n( +repeats dlv_.+\n)?$/],
	["clock now", 0, /^2026-\d\d-\d\dT.* virtual .*\n.*\n$/],
	["clock advance 1s", 0, /^2026-.* run .* pending\n$/],
	["clock next", 0, /^2026-.* pending\n.*\n$/],
	["clock drain", 0, /^2026-.* pending\n$/],
	["faults show", 0, /^(delivery duplicate .*\n)?$/, /^(No fault.*\n)?$/],
	["faults load faults.json", 0, /^delivery duplicate .*\n$/],
	["faults clear", 0, nothing, /^No fault is planned\.\n$/],
	["endpoint list", 0, /^(prolific {2}\S+ {2}http:.*\n {2}\S+\n)+$/],
	["endpoint pause prolific ENDPOINT", 0, /paused/],
	["endpoint down prolific ENDPOINT", 0, /down/],
	["endpoint resume prolific ENDPOINT", 0, /enabled/],
	["secret", 0, /^prolific {2}\S+ {2}\S+\n/],
	["snapshot show", 0, /^prolific; deliveries: \d+; time: 2026-\S+Z\n$/],
	["snapshot save", 0, /^\{\n\t"/],
	["snapshot diff before.json", 1, /^.+\n/],
	["snapshot load before.json", 0, /^loaded prolific; deliveries: 0\n$/],
	["export har", 0, /^\{[\s\S]*"log"/],
	["completion bash", 0, /^_localhook\(\) \{/],
	["complete -- clo", 0, /^clock\n$/],
	["stop", 0, /^stopped http:\/\/127\.0\.0\.1:\d+\n$/],
];
/** What comes when nobody looks at the state any more, in this order. */
const last = ["snapshot load before.json", "stop"];
/** What the latest delivery is, and whether it has been sent, others change. */
const first = ["resend latest --exact"];

/** Commands that are among those already: these run in this process. */
const more: readonly Row[] = [
	[`send ${event} --json`, 0, /^\{"kind":"sent",.*\}\n$/],
	[`send ${event} --dry-run`, 0, /^# .*\ncurl /],
	["wait type:study.status.change state:delivered", 0, /^dlv_.* delivered/],
	[
		"wait state:failed --timeout 10ms",
		5,
		nothing,
		/^Failed to see .*\nNearest:\n/,
	],
	["secret --owner none", 2, nothing, /^Failed to find a secret of "none"/],
	[
		"export curl --output FOLDER/run.sh",
		0,
		nothing,
		/^Wrote \d+ bytes to .*run\.sh/,
	],
	["events prolific", 0, /^(prolific {2}\S+ {2,}\S.{10,}\n){4}$/],
	["events prolifc", 2, nothing, /Did you mean "prolific"\?/],
	["events --json", 0, /^\{"kind":"event","event":\{"type":"/],
	[
		"show latest",
		0,
		/^dlv_\S+ {2}delivered\n(.+\n)+> POST http(.+\n)+< 2\d\d\n/,
	],
	["show none", 2, nothing, /"none"/],
	["open", 0, /^http:\/\/127\.0\.0\.1:\d+\/\n$/],
	["attempt none", 2, nothing, /"none"/],
	["explain none", 2, nothing, /"none"/],
	["reset prolifc", 2, nothing, /Did you mean "prolific"\?/],
	["clock", 0, /^2026-\d\d-\d\dT.* virtual .*\n.*\n$/],
	["endpoint", 0, /^(prolific {2}\S+ {2}http:.*\n {2}\S+\n)+$/],
	["endpoint prolific", 0, /^(prolific {2}\S+ {2}http:.*\n {2}\S+\n)+$/],
	["snapshot", 0, /^prolific; deliveries: \d+; time: 2026-\S+Z\n$/],
	["config", 0, /^providers .*\nport .*\n/],
	["clock now --url http://127.0.0.1:1", 4, nothing, /^Failed to reach/],
];

/** Those that start what they work on. */
/** Those that talk to no running one. */
const servers = [
	"check",
	"start",
	"demo",
	"exec",
	"play",
	"config",
	"sign",
	"verify",
];
const atOnce = 4;

/** A server on a virtual clock, whose state before its one delivery is in `before.json`. */
async function started() {
	const receiver = await startReceiver();
	const engine = createEngine({
		providers: [await install("prolific")],
		clock: createVirtualClock(startOfTest),
		receiver: receiver.url,
	});
	const { url, close } = await startServer({ engine, port: 0 });
	onTestFinished(async () => {
		await close();
		await engine.close();
		await receiver.close();
	});
	const folder = await folderWith({
		"faults.json": '[{"fault":"duplicate","match":"provider:spritz"}]',
	});
	const env = { LOCALHOOK_URL: url };
	const read = async (...words: string[]) =>
		(await runInProcess(words, { env })).stdout;
	await writeFile(join(folder, "before.json"), await read("snapshot", "save"));
	const [, endpoint = ""] = (await read("endpoint", "list")).split(/\s+/);
	await read("send", ...event.split(" "));
	await engine.idle();
	return { env, folder, endpoint };
}

/** Every line, those of processes as many at once as are worth it; the last ones after them. */
async function runAll(): Promise<Map<string, Finished>> {
	const { env, folder, endpoint } = await started();
	const finished = new Map<string, Finished>();
	const run = async (line: string) => {
		const words = wordsOf(line);
		finished.set(line, await command(words, env, folder).finished);
	};
	const wordsOf = (line: string) =>
		line.replace("ENDPOINT", endpoint).replace("FOLDER", folder).split(" ");
	// No browser: `true` takes the URL, and does nothing with it.
	for (const [line] of more)
		finished.set(
			line,
			await runInProcess(wordsOf(line), { env: { ...env, BROWSER: "true" } }),
		);
	const lines = rows.map(([line]) => line);
	for (const line of first) await run(line);
	const queue = lines.filter((line) => ![...first, ...last].includes(line));
	const worker = async () => {
		for (let line = queue.shift(); line; line = queue.shift()) await run(line);
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	for (const line of last) await run(line);
	return finished;
}

/** By whichever test is first. */
let all: Promise<Map<string, Finished>> | undefined;
/** So many processes take their time where others want the machine too. */
const timeout = 60_000;

for (const [line, code, stdout, stderr = nothing] of [...rows, ...more])
	test(`localhook ${line}`, { timeout }, async () => {
		all ??= runAll();

		const ended = (await all).get(line);

		expect(ended?.stderr).toMatch(stderr);
		expect(ended?.stdout).toMatch(stdout);
		expect(ended?.code).toBe(code);
	});

test("every command that talks to a server is among those above", async () => {
	const leaves = (command: Command): string[] =>
		command.commands.length === 0
			? [command.name()]
			: command.commands
					.filter((each) => each.name() !== "help")
					.flatMap(leaves)
					.map((words) =>
						command.parent === null ? words : `${command.name()} ${words}`,
					);
	const clients = leaves(await wholeProgram()).filter(
		(words) => !servers.includes(words.split(" ")[0] as string),
	);

	expect(clients.length).toBeGreaterThan(15);
	for (const words of clients)
		expect([...rows, ...more].map(([line]) => `${line} `)).toContainEqual(
			expect.stringMatching(new RegExp(`^${words} `)),
		);
});

test("log --follow is ended by Ctrl-C while it waits to connect again, too", async () => {
	const { url } = await startControlServer({
		"GET /journal": { body: { entries: [], from: 1, last: 0 } },
		"GET /journal/stream": (_, response) => {
			response.end("retry: 30000\n\n");
			return null;
		},
	});
	const running = command(["log", "--follow", "--url", url]);
	await running.printed(/Trying again/);

	running.process.kill("SIGINT");

	expect(await running.finished).toMatchObject({ code: 130 });
});

test("log --follow is ended by SIGTERM while it is connected", async () => {
	const { env, folder } = await started();
	const running = command(["log", "--follow", "--json"], env, folder);
	await running.printed(/"settled"/);

	running.process.kill("SIGTERM");

	const ended = await running.finished;
	expect(ended).toMatchObject({ code: 143, stderr: "" });
	expect(ended.stdout).toMatch(/^(\{.*\}\n)+$/);
});
