import type { Command, Option } from "commander";
import { installedOf } from "../catalog.ts";
import {
	configVariable,
	type Flags,
	resolveSetup,
	type Sources,
} from "../config/resolve.ts";
import {
	type Config,
	isMany,
	type Setting,
	type SettingName,
	settingEntries,
	variableOf,
} from "../config/settings.ts";
import { commandLine } from "../generated/command-line.ts";
import type { Io } from "./io.ts";
import { gathered, SettingOption } from "./options.ts";

/** @param own those that the command uses for itself @param defaults to be resolved with as well */
export function addSettings(
	command: Command,
	own: readonly SettingName[] = [],
	defaults: Config = {},
): Command {
	command.argument("[provider...]", "which providers; default: all");
	for (const [name, setting] of settingEntries)
		if (!own.includes(name))
			for (const option of optionsOf(name, setting, defaults[name]))
				command.addOption(option);
	return command
		.addOption(configOption())
		.addHelpText("after", commandLine.settings);
}

export function configOption(): Option {
	const facts = `default: the one here, env: ${configVariable}`;
	return new SettingOption(
		"config",
		"--config <file>",
		`the configuration to read (${facts})`,
	);
}

export async function settingsOf(
	command: Command,
	providers: readonly string[],
	io: Io,
	defaults: Config = {},
) {
	installedOf(providers);
	const sources = sourcesOf(command, providers, io);
	return resolveSetup({ ...sources, defaults });
}

export function sourcesOf(
	command: Command,
	providers: readonly string[],
	{ env }: Pick<Io, "env">,
): Sources {
	const flags = command.options.flatMap((option) => {
		const key = option.attributeName();
		const isSetting = option instanceof SettingOption;
		if (!isSetting || command.getOptionValueSource(key) !== "cli") return [];
		const values = [command.getOptionValue(key)].flat().map(String);
		return option.setting === "config" ? [] : [[option.setting, values]];
	});
	return {
		flags: {
			...(providers.length > 0 && { providers }),
			...(Object.fromEntries(flags) as Flags),
		},
		environment: env,
		folder: process.cwd(),
		file: command.getOptionValue("config"),
	};
}

function optionsOf(
	name: SettingName,
	setting: Setting,
	fallback: unknown = setting.default,
): Option[] {
	const { flag, summary } = setting;
	if (flag === undefined) return [];
	const hasDefault = fallback !== undefined && fallback !== false;
	const byDefault = hasDefault ? `default: ${fallback}, ` : "";
	const facts = `${summary} (${byDefault}env: ${variableOf(name)})`;
	const option = new SettingOption(name, flag, facts);
	if (isMany(setting)) option.argParser(gathered);
	if (!option.isBoolean()) return [option];
	return [option, new SettingOption(name, `--no-${option.name()}`).hideHelp()];
}
