import { Command, CommanderError } from "commander";
import { LocalhookError } from "../errors.ts";
import { version } from "../version.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { printable } from "./printable.ts";
import { startCommand } from "./start-command.ts";

/**
 * The command line: words in, exit code out. Data goes to stdout, talk to stderr.
 *
 * @example
 * process.exitCode = await run(["start", "prolific", "--port", "0"])
 */
export async function run(words: readonly string[]): Promise<number> {
	let exitCode: number = exitCodes.done;
	const program = new Command("localhook")
		.description(
			"Plays webhook providers on your own machine: their API and their signed deliveries.",
		)
		.version(version, "-V, --version", "print the version")
		.helpOption("-h, --help", "print this help")
		.helpCommand("help [command]", "print the help of a command")
		.showHelpAfterError("(add --help to see what there is)")
		.showSuggestionAfterError()
		.exitOverride()
		.configureOutput({ outputError: (text, write) => write(printable(text)) });
	program.addCommand(
		startCommand((code) => {
			exitCode = code;
		}).copyInheritedSettings(program),
		{ isDefault: true },
	);
	try {
		await program.parseAsync([...words], { from: "user" });
		return exitCode;
	} catch (error) {
		if (error instanceof CommanderError)
			return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
		return explain(error, words.includes("--json"));
	}
}

function explain(error: unknown, json: boolean): number {
	const known =
		error instanceof LocalhookError
			? error
			: new LocalhookError(
					"unexpected",
					`Failed: ${(error as Error).message}. This is a fault of localhook's.`,
				);
	const { code, message, details } = known;
	process.stderr.write(
		json
			? `${JSON.stringify({ type: "error", code, message, ...details })}\n`
			: `${printable(message)}\n`,
	);
	return exitCodeOf(known.code);
}
