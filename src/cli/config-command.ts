import type { Command } from "commander";
import { wantedConfig } from "../config/environment.ts";
import { type Entry, masked, originText } from "../config/layers.ts";
import { type LoadedConfig, loadConfig } from "../config/load-config.ts";
import { namedFileProblems } from "../config/named-files.ts";
import { problemLine } from "../config/problem.ts";
import { type Setting, settings } from "../config/settings.ts";
import { LocalhookError } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";
import { printableLine } from "../printing.ts";
import { pathText } from "../problem.ts";
import { exitCodes } from "./exit-codes.ts";
import type { CommandContext } from "./io.ts";
import { describe } from "./options.ts";
import { addSettings, configOption, settingsOf } from "./setting-options.ts";
import { table } from "./table.ts";

const { config: group } = commandLine.commands;

/** What is in force, and what is wrong with the file. */
export function configCommand(command: Command, context: CommandContext): void {
	describe(command, group);
	show(command.command("show", { isDefault: true }), context);
	validate(command.command("validate"), context);
}

function show(command: Command, { io, json }: CommandContext): void {
	addSettings(command, ["json"]);
	describe(command, group.commands.show).action(
		async (providers: string[], { origin = false }: { origin?: boolean }) => {
			const { entries } = await settingsOf(command, providers, io, {}, json);
			io.stdout.write(settingLines(entries, { origin, json }));
		},
	);
}

function validate(command: Command, context: CommandContext): void {
	const { io, json, finish } = context;
	describe(command, group.commands.validate)
		.addOption(configOption())
		.action(async ({ config }: { config?: string }) => {
			const wanted = wantedConfig(config, io.env);
			const loaded = await loadConfig(process.cwd(), wanted);
			if (loaded === undefined)
				throw new LocalhookError(
					"invalid-config",
					"Failed to find a configuration: this folder has no localhook.config file. Write one, or name one with --config.",
				);
			const { file } = loaded;
			const problems = [
				...loaded.problems,
				...(await namedFileProblems(loaded)),
			];
			io.stdout.write(configLines({ file, problems }, json));
			finish(problems.length === 0 ? exitCodes.done : exitCodes.usage);
		});
}

/** What a check of a configuration prints: a line for each problem, or that there is none. */
function configLines(
	{ file, problems }: Pick<LoadedConfig, "file" | "problems">,
	json: boolean,
): string {
	const lines = json
		? [
				...problems.map((problem) => ({ kind: "problem", ...problem })),
				{
					kind: "result",
					file,
					valid: problems.length === 0,
					problems: problems.length,
				},
			].map((line) => JSON.stringify(line))
		: problems.length === 0
			? [`${printableLine(file)} is valid`]
			: problems.map((problem) => printableLine(problemLine(problem)));
	return `${lines.join("\n")}\n`;
}

/** What `config show` prints: a line for each setting, secrets masked. */
function settingLines(
	entries: readonly Entry[],
	show: {
		readonly origin: boolean;
		readonly json: boolean;
	},
): string {
	if (show.json)
		return entries
			.map((entry) => ({
				kind: "setting",
				name: pathText(entry.path),
				value: masked(entry) ?? null,
				...(show.origin && { origin: entry.origin }),
			}))
			.map((line) => `${JSON.stringify(line)}\n`)
			.join("");
	const rows = entries.map((entry) => [
		pathText(entry.path),
		valueText(entry),
		...(show.origin ? [originText(entry.origin)] : []),
	]);
	return table(rows)
		.map((line) => `${line}\n`)
		.join("");
}

function valueText(entry: Entry): string {
	const value = masked(entry);
	if (value === undefined) {
		const { otherwise = "none" }: Setting = settings[entry.path[0]];
		return `(${otherwise})`;
	}
	const texts =
		typeof value === "object" && !Array.isArray(value)
			? Object.entries(Object(value)).map((pair) => pair.join("="))
			: [value]
					.flat()
					.map((each) =>
						typeof each === "object" ? JSON.stringify(each) : each,
					);
	return printableLine(texts.join(", "));
}
