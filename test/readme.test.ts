import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { commands } from "../src/cli/commands.ts";
import { exitCodeMeanings, exitCodes } from "../src/cli/exit-codes.ts";
import { loadConfig } from "../src/config/load-config.ts";
import { readFaults } from "../src/config/read-faults.ts";
import { faultNames } from "../src/engine/fault-rules.ts";
import { folderWith } from "./support/folder.ts";
import { runInProcess, startInProcess } from "./support/in-process.ts";
import { blocksOf, settled, stepsOf } from "./support/markdown.ts";
import { wholeProgram } from "./support/whole-program.ts";

const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
const shell = promisify(execFile);
const withoutCurl =
	spawnSync("curl", ["--json", "{}", "--version"]).status !== 0;

/** The fenced blocks of one language. */
const blocks = (language: string) => blocksOf(readme, language);

// Without curl 7.82 or newer the README's commands cannot be run as they stand; `.ci/run` installs it.
test.skipIf(withoutCurl)(
	"the README's commands print what the README says",
	async () => {
		const running = await startInProcess();
		await running.printed(/--target receiver/);
		const [banner, log] = blocks("text") as [string, string];
		const tour = blocks("console").flatMap(stepsOf);

		for (const { command, output } of tour) {
			// The reader's eyes take a moment; a delivery is on its way until its line is there.
			if (command.includes("deliveries"))
				await running.printed(/ hook .* 200 /);
			const runnable = command
				.replaceAll("http://127.0.0.1:4600", running.url)
				.replaceAll("npx localhook", "node dist/cli/main.js");
			const { stdout, stderr } = await shell("bash", ["-c", runnable], {
				env: { ...process.env, GITHUB_ACTIONS: undefined },
			});
			expect(stderr, command).toBe("");
			expect(settled(stdout, running.url), command).toBe(
				settled(output, running.url),
			);
		}
		const { stderr } = await running.stop("SIGINT");

		const printed = settled(stderr, running.url);
		expect(tour.length).toBeGreaterThan(4);
		expect(printed).toContain(settled(banner, running.url));
		for (const line of settled(log, running.url).split("\n"))
			expect(printed).toContain(line);
	},
);

test("the README's engine runs", async () => {
	const [, code] = blocks("ts");
	const { createEngine, createVirtualClock, install } = await import(
		"../src/index.ts"
	);
	const body = (code as string).replace(/^import .*$/m, "");
	const AsyncFunction = (async () => {}).constructor as new (
		...words: string[]
	) => (...values: unknown[]) => Promise<void>;

	const run = new AsyncFunction(
		"createEngine",
		"createVirtualClock",
		"install",
		body,
	);

	await expect(
		run(createEngine, createVirtualClock, install),
	).resolves.toBeUndefined();
});

test("the README's flags are the commands' flags", async () => {
	const known = new Set<string | undefined>();
	const collect = (command: Command) => {
		for (const { long } of command.options) known.add(long);
		command.commands.forEach(collect);
	};
	collect(await wholeProgram());
	const named = [...readme.matchAll(/`(?:npm start -- )?(--[a-z-]+)/g)].map(
		([, flag]) => flag,
	);

	expect(named.length).toBeGreaterThan(8);
	expect([...known, "--help"]).toEqual(expect.arrayContaining(named));
});

test("the README's commands are the command line's, each as its help describes it", () => {
	const rows = commands
		.filter(({ hidden }) => !hidden)
		.map(({ name, summary }) => `| \`${name}\` | ${summary} |`);

	expect(readme).toContain(
		`| command | what it does |\n|---|---|\n${rows.join("\n")}\n\n`,
	);
});

test("the README's words are ones that the command line takes", async () => {
	const program = await wholeProgram();
	const named = blocks("sh")
		.join("")
		.matchAll(/^localhook (\w+) (.*?)(?: +#.*)?$/gm);

	for (const [line, name, rest = ""] of named) {
		const command = program.commands.find((each) => each.name() === name);
		const { unknown } = command?.parseOptions(rest.split(" ")) ?? {};
		expect(unknown, line).toEqual([]);
	}
});

test("the README's exit codes are the command line's, and so are those of its help", async () => {
	const rows = Object.entries(exitCodes).map(
		([name, code]) =>
			`| ${code} | ${exitCodeMeanings[name as keyof typeof exitCodes]} |`,
	);

	expect(readme).toContain(
		`| code | meaning |\n|---|---|\n${rows.join("\n")}\n\n`,
	);
	const { stdout } = await runInProcess(["--help"]);
	for (const code of Object.values(exitCodes))
		expect(stdout).toMatch(new RegExp(`^ +${code} +\\S`, "m"));
});

test("the README's configuration is a sound one", async () => {
	const [yaml] = blocks("yaml") as [string];
	const folder = await folderWith({ "localhook.config.yaml": yaml });

	const loaded = await loadConfig(folder, undefined);

	expect(loaded?.problems).toEqual([]);
	expect(Object.keys(loaded?.config ?? {}).length).toBeGreaterThan(4);
});

test("the README's faults are those that there are, in a plan that is sound", async () => {
	const [, yaml] = blocks("yaml") as [string, string];
	const folder = await folderWith({ "faults.yaml": yaml });
	const section = readme.slice(readme.indexOf("## Faults"));

	expect(await readFaults(`${folder}/faults.yaml`)).toHaveLength(3);
	for (const name of Object.keys(faultNames))
		expect(section).toContain(`\`${name}\``);
});

test("the README's start and test lines are scripts of the package", async () => {
	const { scripts } = JSON.parse(
		await readFile(new URL("../package.json", import.meta.url), "utf8"),
	);
	const lines = blocks("sh").join("");

	expect(lines).toContain("npm ci && npm start\n");
	expect(lines).toContain("npm ci && npm test\n");
	expect(Object.keys(scripts)).toEqual(
		expect.arrayContaining(["start", "test", "prepare"]),
	);
});
