import type { Argument, Command, Option } from "commander";
import { install, providerIds } from "../catalog.ts";

/** What the last of the words could be, by the command line itself and the installed providers. */
export async function candidates(
	program: Command,
	words: readonly string[],
): Promise<string[]> {
	const last = words.at(-1) ?? "";
	const { command, values, option } = read(program, words.slice(0, -1));
	// Without a command the words are those of the default one as well.
	const open = command === program ? [program, start(program)] : [command];
	const all =
		option !== undefined
			? (option.argChoices ?? [])
			: last.startsWith("-")
				? open.flatMap(flagsOf)
				: [
						...open.flatMap(namesIn),
						...(await ofArgument(open.at(-1) as Command, values)),
					];
	return [...new Set(all)].filter((word) => word.startsWith(last));
}

interface Read {
	readonly command: Command;
	/** Of the command's arguments. */
	readonly values: readonly string[];
	/** Waits for its value. */
	readonly option: Option | undefined;
}

function read(program: Command, words: readonly string[]): Read {
	let command = program;
	let option: Option | undefined;
	const values: string[] = [];
	for (const word of words) {
		if (option !== undefined) {
			option = undefined;
		} else if (word.startsWith("-")) {
			const known = [...command.options, ...start(program).options];
			const named = known.find(
				({ short, long }) => word === short || word === long,
			);
			if (named?.required) option = named;
		} else if (word !== "help" || command !== program) {
			const inner = command.commands.find((each) => each.name() === word);
			if (inner !== undefined && values.length === 0) {
				command = inner;
			} else {
				if (command === program) command = start(program);
				values.push(word);
			}
		}
	}
	return { command, values, option };
}

function start(program: Command): Command {
	return program.commands.find((each) => each.name() === "start") as Command;
}

function namesIn(command: Command): string[] {
	return command
		.createHelp()
		.visibleCommands(command)
		.map((each) => each.name());
}

function flagsOf(command: Command): string[] {
	return command
		.createHelp()
		.visibleOptions(command)
		.flatMap(({ long }) => long ?? []);
}

async function ofArgument(
	{ registeredArguments }: Command,
	values: readonly string[],
): Promise<readonly string[]> {
	const argument: Argument | undefined =
		registeredArguments[values.length] ??
		registeredArguments.findLast(({ variadic }) => variadic);
	if (argument?.argChoices !== undefined) return argument.argChoices;
	switch (argument?.name()) {
		case "provider":
			return providerIds();
		case "type":
			return eventsOf(values[0] ?? "");
		case "delivery":
			return ["latest"];
		default:
			return [];
	}
}

export async function eventsOf(provider: string): Promise<string[]> {
	if (!(await providerIds()).includes(provider)) return [];
	const { provider: installed } = await install(provider);
	return Object.keys(installed.events);
}
