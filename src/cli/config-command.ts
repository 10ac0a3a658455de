import type { Command } from "commander";
import { loadConfig, namedFileProblems } from "../config/load-config.ts";
import { problemLine } from "../config/problem.ts";
import {
	type Entry,
	masked,
	originText,
	wantedConfig,
} from "../config/resolve.ts";
import { settings } from "../config/settings.ts";
import { LocalhookError } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";
import { table } from "../printing.ts";
import { pathText } from "../problem.ts";
import { type CommandContext, exitCodes } from "./io.ts";
import { describe } from "./options.ts";
import { addSettings, configOption, settingsOf } from "./setting-options.ts";

const { config: group } = commandLine.commands;

export function configCommand(command: Command, context: CommandContext): void {
	describe(command, group);
	show(command.command("show", { isDefault: true }), context);
	validate(command.command("validate"), context);
}

function show(command: Command, { io, list }: CommandContext): void {
	addSettings(command, ["json"]);
	describe(command, group.commands.show).action(
		async (providers: string[], { origin = false }: { origin?: boolean }) => {
			const { entries } = await settingsOf(command, providers, io);
			const rows = entries.map((entry) => [
				pathText(entry.path),
				valueText(entry),
				...(origin ? [originText(entry.origin)] : []),
			]);
			const values = entries.map((entry) => ({
				kind: "setting",
				name: pathText(entry.path),
				value: masked(entry) ?? null,
				...(origin && { origin: entry.origin }),
			}));
			list(values, table(rows));
		},
	);
}

function validate(command: Command, context: CommandContext): void {
	const { io, print, finish } = context;
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
			const found = [...loaded.problems, ...(await namedFileProblems(loaded))];
			for (const problem of found)
				print({ kind: "problem", ...problem }, problemLine(problem));
			const valid = found.length === 0;
			const result = { kind: "result", file, valid, problems: found.length };
			print(result, valid ? `${file} is valid` : "");
			if (!valid) finish(exitCodes.usage);
		});
}

function valueText(entry: Entry): string {
	const value = masked(entry);
	if (value === undefined) {
		const { otherwise = "none" } = settings[entry.path[0]];
		return `(${otherwise})`;
	}
	const isTable = typeof value === "object" && !Array.isArray(value);
	const texts = isTable
		? Object.entries(Object(value)).map((pair) => pair.join("="))
		: [value]
				.flat()
				.map((each) =>
					typeof each === "object" ? JSON.stringify(each) : each,
				);
	return texts.join(", ");
}
