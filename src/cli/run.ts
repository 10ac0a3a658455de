import { CommanderError } from "commander";
import { LocalhookError, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { printableLine } from "../printing.ts";
import { commandNames } from "./commands.ts";
import { exitCodeOf, exitCodes } from "./exit-codes.ts";
import { type CommandContext, type Io, ioOf, type Streams } from "./io.ts";
import { createProgram, refuseRenamed, wantsJson } from "./program.ts";

/**
 * The command line: words in, exit code out. Data goes to stdout, talk to stderr.
 *
 * @example
 * process.exitCode = await run(["start", "prolific", "--port", "0"])
 */
export async function run(
	words: readonly string[],
	streams: Streams = process,
): Promise<number> {
	const io = ioOf(streams);
	let exitCode: number = exitCodes.done;
	const context: CommandContext = {
		io,
		words,
		finish(code) {
			exitCode = code;
		},
		program: (others) => createProgram(others, context),
	};
	try {
		await refuseUnknown(words[words[0] === "help" ? 1 : 0]);
		const program = await createProgram(words, context);
		await program.parseAsync([...words], { from: "user" });
		return exitCode;
	} catch (error) {
		if (error instanceof CommanderError)
			return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
		return explain(error, wantsJson(words, io), io);
	}
}

function explain(error: unknown, json: boolean, { stderr }: Io): number {
	const known =
		error instanceof LocalhookError
			? error
			: new LocalhookError(
					"unexpected",
					`Failed: ${(error as Error).message}. This is a bug in localhook.`,
				);
	const { code, message, details } = known;
	stderr.write(
		json
			? `${JSON.stringify({ kind: "error", code, message, ...details })}\n`
			: `${linesOf(known).join("\n")}\n`,
	);
	return exitCodeOf(known.code);
}

/** Only a configuration has several things to say; a line break in any other message is somebody else's. */
function linesOf({ code, message }: LocalhookError): string[] {
	return code === "invalid-config"
		? message.split("\n")
		: [printableLine(message)];
}

/**
 * Refuses a first word that is neither a command nor a provider, before its options are held against those of `start`.
 *
 * @throws LocalhookError `unknown-provider`, `invalid-option`
 */
async function refuseUnknown(first = "-"): Promise<void> {
	if (first.startsWith("-") || commandNames.includes(first)) return;
	refuseRenamed("command", first, (now) => commandNames.includes(now));
	const { builtInIds: ids } = await import("../catalog.ts");
	if (ids.includes(first)) return;
	throw new LocalhookError(
		"unknown-provider",
		`Unknown command ${quoted(first)}: there is no command or provider of that name.${didYouMean(first, [...commandNames, ...ids])} ` +
			`"localhook --help" lists the commands. The providers are ${ids.join(", ")}.`,
		{ details: { provider: first.slice(0, 100), providers: ids } },
	);
}
