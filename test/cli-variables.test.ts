import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { variableOf } from "../src/cli/option-variables.ts";
import { jsonVariable } from "../src/cli/program.ts";
import {
	settingEntries,
	variableOf as variableOfSetting,
} from "../src/config/settings.ts";
import { startControlServer } from "./support/control-server.ts";
import { runInProcess } from "./support/in-process.ts";
import { wholeProgram } from "./support/whole-program.ts";

const sent = { event: { id: "evt_1" }, deliveries: [], count: 1 };
const event = ["send", "prolific", "study.status.change"];

/** Sends an event with these variables and words; gives how it ended and what the server was asked. */
async function send(env: Record<string, string>, ...words: string[]) {
	const { url, requests } = await startControlServer({
		"POST /events": { body: sent },
	});
	const ended = await runInProcess([...event, ...words], {
		env: { LOCALHOOK_URL: url, ...env },
	});
	return { ...ended, body: requests[0]?.body as Record<string, unknown> };
}

function commandsIn(command: Command): Command[] {
	return [command, ...command.commands.flatMap(commandsIn)];
}

const program = await wholeProgram();
const commands = commandsIn(program).filter((each) => each !== program);

describe("a flag's variable", () => {
	test.each(commands.map((command) => [nameOf(command), command] as const))(
		"is in the help of %s",
		(_, command) => {
			const help = command.helpInformation().replaceAll(/\s+/g, " ");
			const named = command.options
				.filter(({ negate, hidden }) => !negate && !hidden)
				.map((option) => `env: ${variableOf(command, option)}`);

			for (const text of named) expect(help).toContain(text);
			expect(help.match(/env: /g)?.length ?? 0).toBeGreaterThanOrEqual(
				named.length,
			);
			expect(help).not.toContain("_HELP");
		},
	);

	test("is called after the command and the flag", () => {
		const found = commands.flatMap((command) =>
			command.options.map((option) => variableOf(command, option)),
		);

		expect(found).toEqual(
			expect.arrayContaining([
				"LOCALHOOK_SEND_COUNT",
				"LOCALHOOK_SEND_DRY_RUN",
				"LOCALHOOK_CLOCK_DRAIN_ATTEMPTS",
				"LOCALHOOK_CONFIG_SHOW_ORIGIN",
				"LOCALHOOK_EXEC_GRACE",
				"LOCALHOOK_DEMO_SEED",
				"LOCALHOOK_URL",
				"LOCALHOOK_TOKEN",
				"LOCALHOOK_JSON",
			]),
		);
	});

	test("is no other's", () => {
		const settings = settingEntries.map(([name]) => variableOfSetting(name));
		const shared = [
			...settings,
			"LOCALHOOK_URL",
			"LOCALHOOK_CONFIG",
			jsonVariable,
		];
		const own = commands
			.flatMap((command) =>
				command.options.flatMap((option) => variableOf(command, option) ?? []),
			)
			.filter((variable) => !shared.includes(variable));

		expect(own.length).toBeGreaterThan(15);
		expect(new Set(own).size).toBe(own.length);
	});

	test("is read where the flag is not given", async () => {
		const env = { LOCALHOOK_SEND_COUNT: "3", LOCALHOOK_SEND_SIGN: "none" };

		const { body } = await send(env, "--sign", "garbage");

		expect(body).toMatchObject({ count: 3, sign: "garbage" });
	});

	test("wins over the default", async () => {
		const { url, requests } = await startControlServer({
			"GET /journal": { body: { entries: [], from: 1, last: 0 } },
		});

		await runInProcess(["log"], {
			env: { LOCALHOOK_URL: url, LOCALHOOK_LOG_LIMIT: "7" },
		});

		expect(Object.values(requests[0]?.query ?? {})).toContain("7");
	});

	test("holds several where the flag may be repeated, and then only the flag's count", async () => {
		const env = { LOCALHOOK_SEND_SET: "status=PAUSED,name=first" };
		const lines = { LOCALHOOK_SEND_SET: "status=PAUSED\nname=a,b\n" };

		const read = await send(env);
		const readLines = await send(lines);
		const replaced = await send(env, "--set", "id=1", "--set", "id2=2");

		expect(read.body.set).toEqual({ status: "PAUSED", name: "first" });
		expect(readLines.body.set).toEqual({ status: "PAUSED", name: "a,b" });
		expect(replaced.body.set).toEqual({ id: "1", id2: "2" });
	});

	test.each([
		["1", true],
		["true", true],
		["0", undefined],
		["false", undefined],
		["", undefined],
	])("switches with %j", async (text, dryRun) => {
		const { body } = await send({ LOCALHOOK_SEND_DRY_RUN: text });

		expect(body.dryRun).toBe(dryRun);
	});

	test("that switches something on is overruled by --no-", async () => {
		const env = { LOCALHOOK_SEND_DRY_RUN: "1", LOCALHOOK_JSON: "1" };

		const { body, stdout } = await send(env, "--no-dry-run", "--no-json");

		expect(body.dryRun).toBeUndefined();
		expect(stdout).toContain("evt_1  prolific");
	});

	test("gives way to a flag that it excludes", async () => {
		const { url, requests } = await startControlServer({
			"POST /deliveries/latest/resend": {
				body: { id: "dlv_1", url: "http://x", state: "pending" },
			},
		});
		const env = { LOCALHOOK_URL: url, LOCALHOOK_RESEND_EXACT: "1" };

		await runInProcess(["resend", "latest"], { env });
		await runInProcess(["resend", "latest", "--resign"], { env });
		const set = await send({ LOCALHOOK_SEND_RAW: "x" }, "--set", "a=b");

		expect(requests.map(({ body }) => body)).toEqual([
			{ mode: "exact" },
			{ mode: "resign" },
		]);
		expect(set.body.set).toEqual({ a: "b" });
	});

	test.each([
		["LOCALHOOK_SEND_COUNT", "x", /^Failed to read LOCALHOOK_SEND_COUNT: "x" /],
		["LOCALHOOK_SEND_DRY_RUN", "no", /^LOCALHOOK_SEND_DRY_RUN: .*"no".*true/],
		[
			"LOCALHOOK_SEND_SET",
			"a=b,c",
			/^LOCALHOOK_SEND_SET: .*"c".*comma.*line break/,
		],
		["LOCALHOOK_JSON", "yes", /^LOCALHOOK_JSON: .*"yes"/],
	])("%s=%s is refused by name", async (variable, text, message) => {
		const { code, stderr, body } = await send({ [variable]: text });

		expect(code).toBe(2);
		expect(stderr).toMatch(message);
		expect(body).toBeUndefined();
	});

	test("is checked as the flag is, before the server is asked", async () => {
		const { code, stderr } = await runInProcess(["wait"], {
			env: { LOCALHOOK_WAIT_TIMEOUT: "3" },
		});

		expect(code).toBe(2);
		expect(stderr).toMatch(/^LOCALHOOK_WAIT_TIMEOUT: .*"3".*500ms/);
	});
});

describe("a variable that nothing reads", () => {
	test("is told of, with the nearest that is", async () => {
		const { code, stderr } = await send({
			LOCALHOOK_SEND_CONT: "3",
			LOCALHOOK_PROT: "1",
			LOCALHOOK_VERSION: "1",
			LOCALHOOK_PORT: "1",
			LOCALHOOK_PROVIDERS: "prolific",
			LOCALHOOK_CLOCK_DRAIN_ATTEMPTS: "x",
			LOCALHOOK_RECEIVER_URL: "http://127.0.0.1:4600/_localhook/receiver",
			LOCALHOOK_CONFIG: "",
			PATH: "/bin",
		});

		expect(code).toBe(0);
		expect(stderr.trimEnd().split("\n")).toEqual([
			expect.stringMatching(/LOCALHOOK_PROT:.*mean "LOCALHOOK_PORT"/),
			expect.stringMatching(/LOCALHOOK_SEND_CONT:.*"LOCALHOOK_SEND_COUNT"/),
			expect.stringMatching(/LOCALHOOK_VERSION:/),
		]);
	});

	test("is told of once with each name, though several commands read that", async () => {
		const { stderr } = await send({ LOCALHOOK_OVERWRITE_ENV_FIL: "1" });

		const names = stderr.match(/"\w+"/g) ?? [];
		expect(names[0]).toBe('"LOCALHOOK_OVERWRITE_ENV_FILE"');
		expect(new Set(names).size).toBe(names.length);
	});

	test("is told of in JSON where that is wanted", async () => {
		const { stderr } = await send({ LOCALHOOK_X: "" }, "--json");

		expect(JSON.parse(stderr)).toMatchObject({
			kind: "warning",
			message: expect.stringContaining("LOCALHOOK_X"),
		});
	});

	test("does not disturb a completion", async () => {
		const { stdout, stderr } = await runInProcess(["complete", "--", "clo"], {
			env: { LOCALHOOK_X: "1" },
		});

		expect({ stdout, stderr }).toEqual({ stdout: "clock\n", stderr: "" });
	});
});

function nameOf(command: Command): string {
	const { parent } = command;
	return parent === null || parent === program
		? command.name()
		: `${nameOf(parent)} ${command.name()}`;
}
