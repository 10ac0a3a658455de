import { Command } from "commander";
import { configVariable, wantedConfig } from "../config/environment.ts";
import { loadConfig } from "../config/load-config.ts";
import { namedFileProblems } from "../config/named-files.ts";
import { resolveSetup } from "../config/resolve.ts";
import { LocalhookError } from "../errors.ts";
import { coloursFor } from "./colours.ts";
import type { CommandContext } from "./command-context.ts";
import { configLines } from "./config-lines.ts";
import { exitCodes } from "./exit-codes.ts";
import { refuseUnknown } from "./refuse-unknown.ts";
import { settingLines } from "./setting-lines.ts";
import { SettingOption } from "./setting-option.ts";
import { addSettings, sourcesOf } from "./setting-options.ts";
import { unknownVariables } from "./unknown-variables.ts";
import { warn } from "./warn.ts";

/** `localhook config`: what is in force, and what is wrong with the file. */
export function configCommand(command: Command, context: CommandContext): void {
	command
		.addCommand(showCommand(context))
		.addCommand(validateCommand(context))
		.addHelpText("after", examples);
}

const examples = `
Examples:
  $ localhook config show --origin
  $ localhook config validate
`;

function showCommand(context: CommandContext): Command {
	const command = new Command("show").description(
		"Print the settings that localhook start would go by, given the same flags. Secrets appear as fingerprints.",
	);
	return addSettings(command, ["json"])
		.option("--origin", "say who set each: a flag, env, a file or nobody")
		.option("--json", "print NDJSON, a line for each setting")
		.addHelpText(
			"after",
			`
Examples:
  $ localhook config show --origin
  $ localhook config show --json --port 0 --option prolific.json=compact
`,
		)
		.action(async (providers: string[], options: ShowOptions) => {
			const { origin = false, json = false } = options;
			await refuseUnknown(providers);
			const resolved = await resolveSetup(
				sourcesOf(command, providers, context.io),
			);
			warn(await unknownVariables(command, context), json, context.io);
			const { stdout, env } = context.io;
			const colours = coloursFor(stdout, env);
			stdout.write(settingLines(resolved.entries, { origin, json, colours }));
		});
}

interface ShowOptions {
	readonly origin?: boolean;
	readonly json?: boolean;
}

function validateCommand({ io, finish }: CommandContext): Command {
	return new Command("validate")
		.description(
			"Report everything that is wrong with the configuration and the faults it names, as file:line:column: message.",
		)
		.addOption(
			new SettingOption(
				"--config <file>",
				`the configuration to read (default: the one here, env: ${configVariable})`,
			),
		)
		.option("--json", "print NDJSON, a line for each problem and the result")
		.addHelpText(
			"after",
			`
Examples:
  $ localhook config validate
  $ localhook config validate --config ci/localhook.yaml --json

Exit codes:
  0 nothing is wrong   2 something is, or there is no configuration
`,
		)
		.action(async ({ config, json = false }: ValidateOptions) => {
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

interface ValidateOptions {
	readonly config?: string;
	readonly json?: boolean;
}
