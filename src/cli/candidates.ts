import type { Command, Option } from "commander";
import { builtInIds, installedOf } from "../catalog.ts";
import type { OptionSpec } from "../contract/fidelity.ts";
import { waysToSignBadly } from "../delivery/bad-signature.ts";
import { fields, states } from "../query/fields.ts";
import { createClient } from "./client.ts";
import { serverAddress } from "./connect.ts";
import type { Io } from "./io.ts";

export async function candidates(
	program: Command,
	words: readonly string[],
	env: Io["env"],
): Promise<string[]> {
	const last = words.at(-1) ?? "";
	const { command, values, option } = read(program, words.slice(0, -1));
	// Without a command the words are those of the default one as well.
	const open = command === program ? [program, start(program)] : [command];
	const help = program.createHelp();
	const all: string[] = [];
	if (option === undefined && last.startsWith("-"))
		for (const each of open)
			all.push(...help.visibleOptions(each).flatMap(({ long }) => long ?? []));
	else {
		const { registeredArguments: known } = open.at(-1) as Command;
		const argument =
			known[values.length] ?? known.findLast(({ variadic }) => variadic);
		const named = option ?? argument;
		if (option === undefined)
			for (const each of open)
				all.push(...help.visibleCommands(each).map((inner) => inner.name()));
		const source = named && sources[named.name()];
		all.push(
			...(named?.argChoices ?? (await source?.({ values, last, env })) ?? []),
		);
	}
	return [...new Set(all)].filter((word) => word.startsWith(last));
}

function read(program: Command, words: readonly string[]) {
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

interface Asked {
	readonly values: readonly string[];
	readonly last: string;
	readonly env: Io["env"];
}

type Source = (asked: Asked) => readonly string[] | Promise<readonly string[]>;

const sources: Readonly<Record<string, Source>> = {
	provider: () => builtInIds,
	type: ({ values: [provider = ""] }) => eventsOf(provider),
	delivery: () => ["latest"],
	id: endpointsOf,
	endpoint: endpointsOf,
	option: ({ last }) =>
		installedOf().flatMap(({ provider: { id, options } }) => {
			const known: Readonly<Record<string, OptionSpec>> = options;
			return Object.entries(known).flatMap(([name, { values }]) =>
				(last.includes("=") ? values : [""]).map(
					(value) => `${id}.${name}=${value}`,
				),
			);
		}),
	async query({ last, env }) {
		const [field = "", value] = last.split(":");
		if (value === undefined)
			return Object.keys(fields).map((name) => `${name}:`);
		const types = builtInIds.flatMap(eventsOf);
		const known: Readonly<Record<string, readonly string[]>> = {
			provider: builtInIds,
			state: states,
			sign: waysToSignBadly,
			type: types,
			event: types,
			endpoint:
				field === "endpoint" ? await endpointsOf({ values: [], env }) : [],
		};
		return (known[field] ?? []).map((each) => `${field}:${each}`);
	},
};

export function eventsOf(provider: string): string[] {
	if (!builtInIds.includes(provider)) return [];
	return installedOf([provider]).flatMap(({ provider: { events } }) =>
		Object.keys(events),
	);
}

async function endpointsOf({
	values: [provider],
	env,
}: Pick<Asked, "values" | "env">): Promise<string[]> {
	try {
		const client = createClient(serverAddress({}, env), 500);
		const query = { provider };
		const { endpoints } = await client.get("/endpoints", { query });
		return endpoints.map(({ id }) => id);
	} catch {
		return [];
	}
}
