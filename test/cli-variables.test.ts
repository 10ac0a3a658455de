import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { jsonVariable } from "../src/cli/options.ts";
import { flagEntries, variableOf } from "../src/config/settings.ts";
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

describe("a variable", () => {
	test("is in the help of a flag only where it is one of settings, or of every command", () => {
		const kept = [
			...flagEntries.map(([name]) => variableOf(name)),
			"LOCALHOOK_URL",
			"LOCALHOOK_CONFIG",
		];
		expect(kept).toContain(jsonVariable);

		const named = commands.flatMap((command) => [
			...command
				.helpInformation()
				.replaceAll(/\s+/g, " ")
				.matchAll(/env: (LOCALHOOK_\w+)/g),
		]);

		expect([...new Set(named.map(([, name]) => name))].sort()).toEqual(
			kept.filter((name) => name !== "LOCALHOOK_PROVIDERS").sort(),
		);
	});

	test("stands for --json in the help of every command that has it", () => {
		const silent = commands
			.filter(({ options }) => options.some(({ long }) => long === "--json"))
			.filter((each) => !each.helpInformation().includes(jsonVariable));

		expect(silent.map(nameOf)).toEqual([]);
	});

	test.each([
		["1", "kind"],
		["true", "kind"],
		["yes", "kind"],
		["0", "text"],
		["", "text"],
	])("LOCALHOOK_JSON=%j is --json or not", async (text, form) => {
		const { stdout } = await send({ LOCALHOOK_JSON: text });

		expect(stdout.startsWith("{") ? "kind" : "text").toBe(form);
	});

	test("gives way to the flag, and to --no-json", async () => {
		const off = await send({ LOCALHOOK_JSON: "1" }, "--no-json");
		const on = await send({ LOCALHOOK_JSON: "0" }, "--json");

		expect(off.stdout).toContain("evt_1  prolific");
		expect(JSON.parse(on.stdout)).toMatchObject({ event: { id: "evt_1" } });
	});
});

describe("a variable that nothing reads", () => {
	test("is told of, with the nearest that is", async () => {
		const { code, stderr } = await send({
			LOCALHOOK_SEND_COUNT: "3",
			LOCALHOOK_STOP_TIMEOUT: "3s",
			LOCALHOOK_PROT: "1",
			LOCALHOOK_VERSION: "1",
			LOCALHOOK_PORT: "1",
			LOCALHOOK_PROVIDERS: "prolific",
			LOCALHOOK_TOKEN: "abc",
			LOCALHOOK_RECEIVER_URL: "http://127.0.0.1:4600/_localhook/receiver",
			LOCALHOOK_CONFIG: "",
			PATH: "/bin",
		});

		expect(code).toBe(0);
		expect(stderr.trimEnd().split("\n")).toEqual([
			expect.stringMatching(/LOCALHOOK_PROT:.*mean "LOCALHOOK_PORT"/),
			expect.stringMatching(/LOCALHOOK_SEND_COUNT:.*Only settings have/),
			expect.stringMatching(/LOCALHOOK_STOP_TIMEOUT:.*Only settings have/),
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
