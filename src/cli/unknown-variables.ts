import type { Command } from "commander";
import { providerIds } from "../catalog.ts";
import { newName } from "../config/renamed.ts";
import { unknownProvider } from "../engine/engine.ts";
import { didYouMean } from "../nearest.ts";
import type { CommandContext } from "./command-context.ts";
import { variableOf } from "./option-variables.ts";

/** Those that no flag stands for: what `start` has in its words, and what `exec` tells its command. */
const flagless = ["LOCALHOOK_PROVIDERS", "LOCALHOOK_RECEIVER_URL"];

/** A sentence on each variable that looks like one of localhook's and is none. */
export async function unknownVariables(
	command: Command,
	{ io, wholeProgram }: CommandContext,
): Promise<string[]> {
	const without = (known: readonly string[]) => (name: string) =>
		!known.includes(name);
	const mine = [...variablesOf(command), "LOCALHOOK_URL", ...flagless];
	const foreign = Object.keys(io.env)
		.filter((name) => name.startsWith("LOCALHOOK_"))
		.filter(without(mine));
	if (foreign.length === 0) return [];
	// Only now, since it takes every command to know every variable.
	const { commands } = await wholeProgram();
	const known = [
		...new Set([...commands.flatMap(variablesBelow), ...flagless]),
	];
	return foreign
		.filter(without(known))
		.sort()
		.map((name) => {
			const now = newName("variable", name);
			return now === undefined
				? `Ignored ${name}: localhook reads no such variable.${didYouMean(name, known)}`
				: `Ignored ${name}: it is now called ${now}.`;
		});
}

function variablesOf(command: Command): string[] {
	return command.options.flatMap((option) => variableOf(command, option) ?? []);
}

function variablesBelow(command: Command): string[] {
	return [...variablesOf(command), ...command.commands.flatMap(variablesBelow)];
}

/**
 * Looks at the providers that a command is given, before any configuration is read.
 *
 * @throws LocalhookError `unknown-provider`
 */
export async function refuseUnknown(
	words: readonly string[],
	alsoMeant: readonly string[] = [],
): Promise<void> {
	const ids = await providerIds();
	for (const id of words)
		if (!ids.includes(id)) throw unknownProvider(id, ids, alsoMeant);
}
