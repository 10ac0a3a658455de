import type { Command } from "commander";
import { loadConfig, namedFileProblems } from "../config/load-config.ts";
import { problemLine } from "../config/problem.ts";
import { masked, wantedConfig } from "../config/resolve.ts";
import { depthOf, settingEntries } from "../config/settings.ts";
import { LocalhookError } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";
import { table } from "../printing.ts";
import { type Path, pathText } from "../problem.ts";
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
	describe(command, group.commands.show).action(async (providers: string[]) => {
		const setup = await settingsOf(command, providers, io);
		const entries = settingEntries.flatMap(([name, setting]) => {
			const { otherwise = "none", schema } = setting;
			const found = leaves([name], setup[name], depthOf(schema));
			if (found.length === 0)
				return { name, value: null, text: `(${otherwise})` };
			return found.map(([path, leaf]) => {
				const value = masked(setting, leaf);
				return { name: pathText(path), value, text: textOf(value) };
			});
		});
		list(
			entries.map(({ name, value }) => ({ kind: "setting", name, value })),
			table(entries.map(({ name, text }) => [name, text])),
		);
	});
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

/** What is layered by itself: a whole setting, or one name of a table. */
function leaves(
	path: Path,
	value: unknown,
	depth: number,
): (readonly [Path, unknown])[] {
	if (value === undefined) return [];
	if (depth === 0) return [[path, value]];
	return Object.entries(Object(value)).flatMap(([name, below]) =>
		leaves([...path, name], below, depth - 1),
	);
}

function textOf(value: unknown): string {
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
