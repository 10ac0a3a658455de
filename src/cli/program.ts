import { Command } from "commander";
import { LocalhookError, quoted } from "../errors.ts";
import { version } from "../generated/version.ts";
import { didYouMean, newName } from "../nearest.ts";
import { commandNames, commands } from "./commands.ts";
import { exitCodeLines } from "./exit-codes.ts";
import type { CommandContext, Io } from "./io.ts";
import { jsonVariable, SettingOption } from "./options.ts";
import { warn } from "./output.ts";
import { unknownVariables } from "./unknown-variables.ts";

const aboutItself = ["-h", "--help", "-V", "--version"];

/** The command line, with the commands in full that the words name and the others by name only. */
export async function createProgram(
	words: readonly string[],
	context: CommandContext,
): Promise<Command> {
	const { stdout, stderr } = context.io;
	const program = new Command("localhook")
		.description(
			"A local mock server for webhook providers: their API and their signed deliveries.",
		)
		.version(version, "-V, --version", "print the version")
		.helpOption("-h, --help", "print this help")
		.helpCommand("help [command]", "print the help of a command")
		.addHelpText("after", `\nExit codes:\n${exitCodeLines}`)
		.showHelpAfterError("(add --help for help)")
		.showSuggestionAfterError()
		.exitOverride()
		.configureOutput({
			writeOut: (text) => stdout.write(text),
			writeErr: (text) => stderr.write(text),
			getOutHelpWidth: () => stdout.columns ?? 100,
			getErrHelpWidth: () => stderr.columns ?? 100,
		})
		.hook("preAction", async (_, command) => {
			const { words, io } = context;
			if (readsOnlyFlags(command))
				warn(await unknownVariables(io.env), wantsJson(words, io), io);
			readJsonVariable(command, io.env);
		});
	for (const { name, summary, hidden = false, load } of commands) {
		const isDefault = name === "start";
		const command = program
			.command(name, { hidden, isDefault })
			.description(summary);
		const wanted =
			words.includes(name) || (isDefault && !startsWithCommand(words));
		if (wanted) (await load())(command, context);
		refuseOldFlags(command, words);
		passOn(command, words);
	}
	return program;
}

/**
 * Not so completion, while somebody types; nor what has settings, which warns once it knows from all of them in which
 * form.
 */
function readsOnlyFlags({ options }: Command): boolean {
	const hasSettings = options.some((option) => option instanceof SettingOption);
	return options.length > 0 && !hasSettings;
}

/** Commands that were made on their own do not inherit by themselves. */
function passOn(parent: Command, words: readonly string[]): void {
	for (const command of parent.commands) {
		command.copyInheritedSettings(parent);
		refuseOldFlags(command, words);
		passOn(command, words);
	}
}

function refuseOldFlags(command: Command, words: readonly string[]): void {
	command.configureOutput({
		outputError(text, write) {
			const [, flag = ""] = /unknown option '(--?[\w-]+)/.exec(text) ?? [];
			refuseRenamed("flag", flag, (now) =>
				command.options.some(
					({ short, long }) => now === short || now === long,
				),
			);
			const isExcess = text.includes("too many arguments");
			const { parent } = command;
			const group = command.commands.length > 0 ? command : parent;
			const names =
				isExcess && group?.parent
					? group.commands.map((each) => each.name())
					: [];
			const advice =
				command.name() === "exec" && flag !== "" && !words.includes("--")
					? '. Put "--" before the command to run, as in: localhook exec -- pytest -q'
					: text.includes("missing required argument")
						? `. Usage: localhook ${parent?.parent ? `${parent.name()} ` : ""}${command.name()} ${command.usage()}`
						: didYouMean(command.args[0], names);
			write(`${text.trimEnd()}${advice}\n`);
		},
	});
}

/** @throws LocalhookError `invalid-option` for an old word whose new one is known here */
export function refuseRenamed(
	kind: "command" | "flag",
	old: string,
	isKnown: (now: string) => boolean,
): void {
	const now = newName(old);
	if (now !== undefined && isKnown(now))
		throw new LocalhookError(
			"invalid-option",
			`Unknown ${kind} "${old}": it is now called "${now}".`,
		);
}

function startsWithCommand([first = ""]: readonly string[]): boolean {
	return aboutItself.includes(first) || commandNames.includes(first);
}

/** What is no setting's `--json` takes what the variable says, where no flag says it. */
function readJsonVariable(command: Command, env: Io["env"]): void {
	const option = command.options.find(({ long }) => long === "--json");
	const text = env[jsonVariable] || "0";
	if (option === undefined || option instanceof SettingOption) return;
	if (command.getOptionValueSource("json") === "cli") return;
	if (!/^([01]|true|false)$/.test(text))
		throw new LocalhookError(
			"invalid-option",
			`Invalid ${jsonVariable} ${quoted(text)}: must be 1, 0, true or false.`,
		);
	command.setOptionValue("json", ["1", "true"].includes(text));
}

/** Asked before flags and settings are read, since reading them is one of the things that can fail. */
export function wantsJson(words: readonly string[], { env }: Io): boolean {
	const variable = env[jsonVariable] ?? "";
	const dashes = words.indexOf("--");
	const own = dashes === -1 ? words : words.slice(0, dashes);
	const flag = own.findLast((word) => /^--(no-)?json$/.test(word));
	return flag === undefined
		? ["1", "true"].includes(variable)
		: flag === "--json";
}
