import { Command } from "commander";
import { version } from "../version.ts";
import type { CommandContext } from "./command-context.ts";
import { commandNames, commands } from "./commands.ts";
import { exitCodeLines } from "./exit-codes.ts";
import { printable } from "./printable.ts";

const aboutItself = ["-h", "--help", "-V", "--version"];

/** The command line, with the commands in full that the words name and the others by name only. */
export async function createProgram(
	words: readonly string[],
	context: CommandContext,
): Promise<Command> {
	const { stdout, stderr } = context.io;
	const program = new Command("localhook")
		.description(
			"Plays webhook providers on your own machine: their API and their signed deliveries.",
		)
		.version(version, "-V, --version", "print the version")
		.helpOption("-h, --help", "print this help")
		.helpCommand("help [command]", "print the help of a command")
		.addHelpText("after", `\nExit codes:\n${exitCodeLines}`)
		.showHelpAfterError("(add --help to see what there is)")
		.showSuggestionAfterError()
		.exitOverride()
		.configureOutput({
			writeOut: (text) => stdout.write(text),
			writeErr: (text) => stderr.write(text),
			outputError: (text, write) => write(printable(text)),
			getOutHelpWidth: () => stdout.columns ?? 100,
			getErrHelpWidth: () => stderr.columns ?? 100,
		});
	for (const { name, summary, hidden = false, load } of commands) {
		const isDefault = name === "start";
		const command = program
			.command(name, { hidden, isDefault })
			.description(summary);
		const wanted =
			words.includes(name) || (isDefault && !startsWithCommand(words));
		if (wanted) (await load())(command, context);
		passOn(command);
	}
	return program;
}

/** Commands that were made on their own do not inherit by themselves. */
function passOn(parent: Command): void {
	for (const command of parent.commands) {
		command.copyInheritedSettings(parent);
		passOn(command);
	}
}

function startsWithCommand([first = ""]: readonly string[]): boolean {
	return aboutItself.includes(first) || commandNames.includes(first);
}
