import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, openSync, readdirSync, symlinkSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { resolveSetup } from "../src/config/resolve.ts";
import { loadUserHandlers } from "../src/server/user-handlers.ts";
import { main } from "./support/command.ts";
import { startControlServer } from "./support/control-server.ts";
import { startEngine } from "./support/engine.ts";
import { folderWith } from "./support/folder.ts";
import { runInProcess } from "./support/in-process.ts";
import { usual } from "./support/providers.ts";

const hasPipes = process.platform !== "win32";

/** The commands that read a file of the user's, each with an ending that it takes. */
const readers: readonly (readonly [string, string, readonly string[]])[] = [
	["a configuration", "yaml", ["start", "--config"]],
	["a configuration that is a program", "ts", ["start", "--config"]],
	["a configuration to check", "json", ["config", "validate", "--config"]],
	["faults to start with", "yaml", ["start", "--port", "0", "--faults-file"]],
	["handlers", "ts", ["start", "--port", "0", "--handlers"]],
	["certificates", "pem", ["start", "--port", "0", "--receiver-ca"]],
	["faults", "yaml", ["faults", "load"]],
	["a state", "json", ["snapshot", "load"]],
	["a payload", "json", ["send", usual.id, usual.event, "--payload"]],
];

const irregular: Readonly<Record<string, (path: string) => unknown>> = {
	"a folder": (path) => mkdir(path),
	"a pipe": (path) => execFileSync("mkfifo", [path]),
	"a device without end": (path) => symlinkSync("/dev/zero", path),
};

describe.skipIf(!hasPipes)("what is no regular file", () => {
	test.each(
		readers.flatMap(([what, ending, words]) =>
			Object.keys(irregular).map(
				(kind) => [kind, what, ending, words] as const,
			),
		),
	)("%s is refused as %s, in a sentence", async (kind, _, ending, words) => {
		const path = join(await folderWith(), `it.${ending}`);
		await irregular[kind]?.(path);

		const { code, stdout, stderr } = await runInProcess([...words, path]);

		expect(stdout + stderr).toMatch(
			kind === "a folder"
				? /^[^\n]*it is a folder\.[^\n]*\n$/
				: /^[^\n]*it is a pipe or a device, not a regular file\.[^\n]*\n$/,
		);
		expect(code).toBe(2);
	});

	test("is refused as the configuration of a folder too", async () => {
		const folder = await folderWith();
		execFileSync("mkfifo", [join(folder, "localhook.config.yaml")]);

		const resolving = resolveSetup({ flags: {}, environment: {}, folder });

		await expect(resolving).rejects.toThrow(/not a regular file/);
	});
});

describe("what is nested too deeply", () => {
	const deep: Readonly<Record<string, string>> = {
		brackets: "[".repeat(60_000),
		"closed brackets": "[".repeat(20_000) + "]".repeat(20_000),
		braces: "{a: ".repeat(20_000),
		"a line of dashes": `${"- ".repeat(50_000)}x`,
	};
	const json = `{"a":${deep["closed brackets"]}}`;

	test.each([
		...Object.entries(deep).map(
			([name, text]) => [name, "yaml", text, ["start", "--config"]] as const,
		),
		...Object.entries(deep).map(
			([name, text]) => [name, "yaml", text, ["faults", "load"]] as const,
		),
		["closed brackets", "yaml", json, ["start", "--faults-file"]],
		["closed brackets", "json", json, ["start", "--config"]],
		["closed brackets", "json", json, ["snapshot", "load"]],
		["closed brackets", "json", json, ["snapshot", "diff", "-"]],
		["closed brackets", "json", json, ["send", usual.id, "x", "--payload"]],
	] as const)(
		"%s in a file of %s is refused in a sentence",
		async (_, ending, text, words) => {
			const folder = await folderWith({ [`deep.${ending}`]: text });
			const { url, requests } = await startControlServer({});

			const { code, stderr } = await runInProcess(
				[...words, join(folder, `deep.${ending}`)],
				{ env: { LOCALHOOK_URL: url }, stdin: json },
			);

			expect(stderr).toMatch(
				/^[^\n]* nest(s more than 100 [^\n]*|(s lists and tables|ed) too deeply)\.[^\n]*\n$/,
			);
			expect(stderr).not.toMatch(/call stack|fault of localhook/);
			expect([code, requests]).toEqual([2, []]);
		},
	);
});

test("no copy is left of a configuration and of handlers that are programs", async () => {
	const folder = await folderWith({
		"localhook.config.ts":
			'export default { token: "0123456789abcdef" as string };',
		"handlers.ts": 'import "./more.ts"; export const handlers: unknown[] = [];',
		"more.ts": "export const more: number = 1;",
	});
	const temporary = await folderWith();
	const { TMPDIR } = process.env;
	process.env.TMPDIR = temporary;
	onTestFinished(() => {
		if (TMPDIR === undefined) delete process.env.TMPDIR;
		else process.env.TMPDIR = TMPDIR;
	});
	const { engine } = await startEngine(usual.id);

	await resolveSetup({ flags: {}, environment: {}, folder });
	await loadUserHandlers(join(folder, "handlers.ts"), engine);
	await engine.close();

	expect(readdirSync(temporary)).toEqual([]);
	expect(readdirSync(folder).sort()).toEqual([
		"handlers.ts",
		"localhook.config.ts",
		"more.ts",
	]);
});

describe.skipIf(!existsSync("/dev/full"))("a full disk", () => {
	/** What a command says on the stream that is not full. */
	async function full(stream: "stdout" | "stderr", words: readonly string[]) {
		const device = openSync("/dev/full", "w");
		const child = spawn(process.execPath, [main, ...words], {
			env: { ...process.env, NO_COLOR: "1", GITHUB_ACTIONS: undefined },
			stdio: [
				"ignore",
				stream === "stdout" ? device : "pipe",
				stream === "stderr" ? device : "pipe",
			],
		});
		onTestFinished(() => void child.kill("SIGKILL"));
		let said = "";
		const readable = child.stdout ?? child.stderr;
		readable?.on("data", (data) => {
			said += data;
		});
		const exited = once(child, "exit").then(([code]) => code as number);
		return { child, readable, exited, said: () => said };
	}

	test.each([
		["a command", ["config", "show"]],
		["a server", ["start", usual.id, "--port", "0", "--json"]],
	])("under the stdout of %s ends it with a sentence", async (_, words) => {
		const { exited, said } = await full("stdout", words);

		expect(await exited).toBe(2);
		expect(said()).toMatch(
			/^Failed to write to stdout: the disk is full \(ENOSPC\)\. [^\n]*\n$/,
		);
	});

	test("under the stderr of a server stops nothing", async () => {
		const words = ["start", usual.id, "--port", "0", "--json"];
		const { child, readable, exited, said } = await full("stderr", [
			...words,
			"--host",
			"0.0.0.0",
		]);
		while (!said().includes("ready")) await once(readable as never, "data");
		const { url } = JSON.parse(said().split("\n")[0] ?? "");

		const { status } = await fetch(`${url}/${usual.id}/`);
		child.kill("SIGTERM");

		expect(status).toBe(404);
		expect(await exited).toBe(143);
	});
});
