import { Command, CommanderError } from "commander";
import { invalidOption, LocalhookError, quoted } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";
import { version } from "../generated/version.ts";
import { didYouMean, newName } from "../nearest.ts";
import { printableLine } from "../printing.ts";
import {
	type CommandContext,
	type CommandDocument,
	exitCodeLines,
	exitCodeOf,
	exitCodes,
	type FillCommand,
	ioOf,
	printerOf,
	type Streams,
} from "./io.ts";
import { wantsJson, warnOfUnknownVariables } from "./options.ts";

const completion = () => import("./commands/completion.ts");
const deliveries = () => import("./commands/deliveries.ts");
const play = () => import("./play-command.ts");
const queries = () => import("./commands/queries.ts");
const signing = () => import("./sign-command.ts");
const server = () => import("./commands/server.ts");

type Name = keyof typeof commandLine.commands;

/** What a command does is loaded only for who calls it, so that no command slows another one's start. */
const loading: Readonly<Record<Name, () => Promise<FillCommand>>> = {
	start: async () => (await import("./serve.ts")).startCommand,
	demo: async () => (await play()).demoCommand,
	play: async () => (await play()).playCommand,
	check: async () => (await import("./check-command.ts")).checkCommand,
	exec: async () => (await import("./exec-command.ts")).execCommand,
	config: async () => (await import("./config-command.ts")).configCommand,
	events: async () => (await server()).events,
	send: async () => (await deliveries()).send,
	show: async () => (await deliveries()).show,
	explain: async () => (await import("./explain-command.ts")).explain,
	attempt: async () => (await deliveries()).attempt,
	resend: async () => (await deliveries()).resend,
	wait: async () => (await queries()).wait,
	log: async () => (await queries()).log,
	clock: async () => (await server()).clock,
	faults: async () => (await server()).faults,
	endpoint: async () => (await server()).endpoint,
	secret: async () => (await server()).secret,
	snapshot: async () => (await import("./commands/snapshot.ts")).snapshot,
	reset: async () => (await server()).reset,
	export: async () => (await queries()).exportCommand,
	sign: async () => (await signing()).sign,
	verify: async () => (await signing()).verify,
	open: async () => (await server()).open,
	stop: async () => (await server()).stop,
	completion: async () => (await completion()).completion,
	complete: async () => (await completion()).complete,
};

export const commands = Object.entries<CommandDocument>(
	commandLine.commands,
).map(([name, document]) => ({ ...document, name: name as Name }));

const commandNames: readonly string[] = [
	...commands.map(({ name }) => name),
	"help",
];

export async function run(
	words: readonly string[],
	streams: Streams = process,
): Promise<number> {
	const io = ioOf(streams);
	let exitCode: number = exitCodes.done;
	const context: CommandContext = {
		io,
		words,
		...printerOf(io, wantsJson(words, io)),
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
		if (error instanceof CommanderError) return error.exitCode;
		return explain(error, context);
	}
}

function explain(error: unknown, { json, io }: CommandContext): number {
	const known =
		error instanceof LocalhookError
			? error
			: new LocalhookError(
					"unexpected",
					`Failed: ${(error as Error).message}. This is a bug in localhook.`,
				);
	const { code, message, details } = known;
	// Only a configuration has several things to say; a line break in any other message is somebody else's.
	const lines =
		code === "invalid-config" ? message.split("\n") : [printableLine(message)];
	io.stderr.write(
		json
			? `${JSON.stringify({ kind: "error", code, message, ...details })}\n`
			: `${lines.join("\n")}\n`,
	);
	return exitCodeOf(code);
}

/** Refuses a first word that is neither a command nor a provider, before its options are held against those of `start`. */
async function refuseUnknown(first = "-"): Promise<void> {
	if (first.startsWith("-") || commandNames.includes(first)) return;
	refuseRenamed("command", first, commandNames);
	const { builtInIds: ids } = await import("../catalog.ts");
	if (ids.includes(first)) return;
	throw new LocalhookError(
		"unknown-provider",
		`Unknown command ${quoted(first)}: there is no command or provider of that name.${didYouMean(first, [...commandNames, ...ids])} ` +
			`"localhook --help" lists the commands. The providers are ${ids.join(", ")}.`,
		{ details: { provider: first.slice(0, 100), providers: ids } },
	);
}

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
		.configureOutput({
			writeOut: (text) => stdout.write(text),
			writeErr: (text) => stderr.write(text),
			outputError() {},
			getOutHelpWidth: () => Math.min(stdout.columns ?? 100, 100),
			getErrHelpWidth: () => Math.min(stderr.columns ?? 100, 100),
		})
		.hook("preAction", (_, command) => {
			// Completion has none, while somebody types.
			if (command.options.length > 0)
				warnOfUnknownVariables(context.json, context.io);
		});
	const [first = ""] = words;
	const namesCommand = [...aboutItself, ...commandNames].includes(first);
	for (const { name, hidden = false, ...document } of commands) {
		const isDefault = name === "start";
		const command = program
			.command(name, { hidden, isDefault })
			.description(document.summary);
		if (words.includes(name) || (isDefault && !namesCommand))
			(await loading[name]())(command, context, document);
	}
	passOn(program, words);
	return program;
}

const aboutItself = ["-h", "--help", "-V", "--version"];

/** Commands that were made on their own do not inherit by themselves. */
function passOn(command: Command, words: readonly string[]): void {
	command.exitOverride((error) => {
		throw error.exitCode === 0 ? error : usageError(error, command, words);
	});
	for (const inner of command.commands) {
		inner.copyInheritedSettings(command);
		passOn(inner, words);
	}
}

function usageError(
	{ code, message }: CommanderError,
	command: Command,
	words: readonly string[],
): LocalhookError {
	const usage = `Usage: ${nameOf(command)} ${command.usage()}`;
	const [, named = ""] = /'(.*)'/s.exec(message) ?? [];
	const texts: Readonly<Record<string, () => string>> = {
		"commander.unknownOption": () => unknownOption(named, command, words),
		"commander.excessArguments": () => excessArgument(command, words),
		"commander.missingArgument": () =>
			`Missing <${named}>: ${command.registeredArguments.find((each) => each.name() === named)?.description}. ${usage}`,
		"commander.optionMissingArgument": () =>
			`Missing the value of ${named}. ${usage}`,
		"commander.conflictingOption": () => conflict(message),
	};
	return invalidOption(texts[code]?.() ?? message.replace(/^error: /, ""));
}

function conflict(message: string): string {
	const [first, second] = message.match(/--[\w-]+/g) ?? [];
	return `Invalid ${second}: ${first} is given too, and they exclude each other. Give one of them.`;
}

function unknownOption(
	word: string,
	command: Command,
	words: readonly string[],
): string {
	const flag = word.replace(/=.*/s, "");
	const flags = command.options.flatMap(({ short, long }) => [short, long]);
	refuseRenamed("option", flag, flags);
	const name = nameOf(command);
	const unknown = `Unknown option ${quoted(flag)} of ${name}.`;
	if (command.name() === "exec" && !words.includes("--"))
		return `${unknown} Put "--" before the command to run, as in: localhook exec -- pytest -q`;
	const visible = command.createHelp().visibleOptions(command);
	const long = visible.flatMap(({ long }) => long ?? []);
	const near = flag.startsWith("--") ? didYouMean(flag, long) : "";
	return `${unknown}${near} "${name} --help" lists its options.`;
}

function excessArgument(command: Command, words: readonly string[]): string {
	const { args, registeredArguments, commands, parent } = command;
	const excess = args[registeredArguments.length];
	// The first command of a group stands in where none is named.
	const isGiven = commands.length === 0 && words.includes(command.name());
	const group = commands.length > 0 ? command : parent;
	if (isGiven || !group?.parent)
		return `Unexpected argument ${quoted(excess)} of ${nameOf(command)}. Usage: ${nameOf(command)} ${command.usage()}`;
	const names = group.commands.map((each) => each.name());
	return `Unknown command ${quoted(excess)} of ${nameOf(group)}.${didYouMean(excess, names)} Give one of ${names.join(", ")}.`;
}

function nameOf(command: Command): string {
	const { parent } = command;
	return parent === null
		? command.name()
		: `${nameOf(parent)} ${command.name()}`;
}

function refuseRenamed(
	kind: "command" | "option",
	old: string,
	known: readonly (string | undefined)[],
): void {
	const now = newName(old);
	if (now !== undefined && known.includes(now))
		throw invalidOption(`Unknown ${kind} "${old}": it is now called "${now}".`);
}
