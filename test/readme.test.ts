import { execFile, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { commands } from "../src/cli/run.ts";
import { loadConfig } from "../src/config/load-config.ts";
import { readFaults } from "../src/config/provider-problems.ts";
import { commandLine as document } from "../src/generated/command-line.ts";
import { faultNames } from "../src/generated/tables.ts";
import { folderWith } from "./support/folder.ts";
import { runInProcess, startInProcess } from "./support/in-process.ts";
import { blocksOf, settled, stepsOf } from "./support/markdown.ts";
import { wholeProgram } from "./support/whole-program.ts";

const page = (path: string) =>
	readFile(new URL(`../${path}`, import.meta.url), "utf8");
const readme = await page("README.md");
const gettingStarted = await page("docs/getting-started.md");
const configuration = await page("docs/configuration.md");
const commandLine = await page("docs/command-line.md");
const schemes = await page("docs/schemes.md");
const whole = [readme, gettingStarted, configuration, commandLine].join("\n");
const shell = promisify(execFile);
const withoutCurl =
	spawnSync("curl", ["--json", "{}", "--version"]).status !== 0;

// Without curl 7.82 or newer the README's commands cannot be run as they stand; `.ci/run` installs it.
test.skipIf(withoutCurl)(
	"the commands of the documentation print what it says",
	async () => {
		const running = await startInProcess();
		await running.printed(/--receiver built-in/);
		const [banner, log] = blocksOf(gettingStarted, "text") as [string, string];
		const tour = [gettingStarted, commandLine]
			.flatMap((text) => blocksOf(text, "console"))
			.flatMap(stepsOf);

		for (const { command, output } of tour) {
			// The reader's eyes take a moment; a delivery is on its way until its line is there.
			if (command.includes("deliveries"))
				await running.printed(/ attempt {2}200 /);
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
		// More may be printed, such as a provider that the pages do not name.
		for (const shown of [banner, ...blocksOf(readme, "text")]) {
			let from = 0;
			for (const line of settled(shown, running.url).split("\n")) {
				from = printed.indexOf(line, from);
				expect(from, line).toBeGreaterThanOrEqual(0);
			}
		}
		for (const line of settled(log, running.url).split("\n"))
			expect(printed).toContain(line);
	},
);

test("the commands of the page on schemes print what it says, in a folder that holds its scheme alone", async () => {
	const [yaml = ""] = blocksOf(schemes, "yaml");
	const folder = await folderWith({ "acme.yaml": yaml });
	const program = fileURLToPath(
		new URL("../dist/cli/main.js", import.meta.url),
	);
	const steps = blocksOf(schemes, "console").flatMap(stepsOf);
	const script = steps
		.map(({ command }) =>
			command.replaceAll("npx localhook", `node "${program}"`),
		)
		.join("");

	const { stdout, stderr } = await shell("bash", ["-c", script], {
		cwd: folder,
		env: { ...process.env, GITHUB_ACTIONS: undefined },
	});

	expect(steps.length).toBeGreaterThan(5);
	expect(stderr).toBe("");
	expect(stdout).toBe(steps.map(({ output }) => output).join(""));
});

test("the flags of the documentation are the commands' flags", async () => {
	const known = new Set<string | undefined>();
	const collect = (command: Command) => {
		for (const { long } of command.options) known.add(long);
		command.commands.forEach(collect);
	};
	collect(await wholeProgram());
	const named = [...whole.matchAll(/`(?:npm start -- )?(--[a-z-]+)/g)].map(
		([, flag]) => flag,
	);

	expect(named.length).toBeGreaterThan(8);
	expect([...known, "--help"]).toEqual(expect.arrayContaining(named));
});

test("the commands of the documentation are the command line's, each as its help describes it", () => {
	const rows = commands
		.filter(({ hidden }) => !hidden)
		.map(({ name, summary }) => `| \`${name}\` | ${summary} |`);

	expect(commandLine).toContain(
		`| command | what it does |\n|---|---|\n${rows.join("\n")}\n\n`,
	);
});

test("the words of the documentation are ones that the command line takes", async () => {
	const program = await wholeProgram();
	const named = blocksOf(whole, "sh")
		.join("")
		.matchAll(/^(?:npx )?localhook (\w+) (.*?)(?: +#.*)?$/gm);

	for (const [line, name, rest = ""] of named) {
		const command = program.commands.find((each) => each.name() === name);
		const { unknown } = command?.parseOptions(rest.split(" ")) ?? {};
		expect(unknown, line).toEqual([]);
	}
});

test("the exit codes of the documentation are the command line's, and so are those of its help", async () => {
	const rows = Object.values(document.exitCodes).map(
		({ code, meaning }) => `| ${code} | ${meaning} |`,
	);

	expect(commandLine).toContain(
		`| code | meaning |\n|---|---|\n${rows.join("\n")}\n\n`,
	);
	const { stdout } = await runInProcess(["--help"]);
	for (const code of Object.values(document.exitCodes))
		expect(stdout).toMatch(new RegExp(`^ +${code} +\\S`, "m"));
});

test("the configuration of the documentation is a sound one", async () => {
	const [yaml] = blocksOf(configuration, "yaml") as [string];
	const folder = await folderWith({ "localhook.config.yaml": yaml });

	const loaded = await loadConfig(folder, undefined);

	expect(loaded?.problems).toEqual([]);
	expect(Object.keys(loaded?.config ?? {}).length).toBeGreaterThan(4);
});

test("the faults of the documentation are those that there are, in a plan that is sound", async () => {
	const [, yaml] = blocksOf(configuration, "yaml") as [string, string];
	const folder = await folderWith({ "faults.yaml": yaml });
	const section = configuration.slice(configuration.indexOf("## Faults"));

	expect(await readFaults(`${folder}/faults.yaml`)).toHaveLength(3);
	for (const name of Object.keys(faultNames))
		expect(section).toContain(`\`${name}\``);
});

test("the README's start and test lines are scripts of the package", async () => {
	const { scripts } = JSON.parse(
		await readFile(new URL("../package.json", import.meta.url), "utf8"),
	);
	const lines = blocksOf(readme, "sh").join("");

	expect(lines).toContain("npm ci && npm start\n");
	expect(lines).toContain("npm ci && npm test\n");
	expect(Object.keys(scripts)).toEqual(
		expect.arrayContaining(["start", "test", "prepare"]),
	);
});

test("the README has at most 815 words beside its table of providers, and says what localhook is in its first sentence", () => {
	const own = readme.replace(
		/<!-- generated: providers -->[\s\S]*?<!-- \/generated -->/,
		"",
	);

	expect(own.split(/\s+/).length).toBeLessThanOrEqual(815);
	expect(readme).toMatch(
		/^# localhook\n\nlocalhook is a local mock server for webhook providers/,
	);
});
