import { didYouMean, newName } from "../nearest.ts";
import type { Io } from "./io.ts";

/** Those of no setting: which server it is, what `start` has in its words, and what `exec` tells its command. */
const others = [
	"LOCALHOOK_CONFIG",
	"LOCALHOOK_URL",
	"LOCALHOOK_PROVIDERS",
	"LOCALHOOK_RECEIVER_URL",
];

/** A sentence on each variable that looks like one of localhook's and is none. */
export async function unknownVariables(env: Io["env"]): Promise<string[]> {
	const foreign = Object.keys(env)
		.filter((name) => name.startsWith("LOCALHOOK_") && !others.includes(name))
		.sort();
	if (foreign.length === 0) return [];
	// Only now, since the table of settings need not be loaded for every command.
	const { flagEntries, variableOf } = await import("../config/settings.ts");
	const known = [...flagEntries.map(([name]) => variableOf(name)), ...others];
	return foreign
		.filter((name) => !known.includes(name))
		.map((name) => `Ignored ${name}: ${reasonFor(name, known)}`);
}

function reasonFor(name: string, known: readonly string[]): string {
	const now = newName(name);
	if (now !== undefined) return `it is now called ${now}.`;
	const own = (each: string) => each.replace("LOCALHOOK_", "");
	const near = didYouMean(own(name), known.map(own)).replaceAll(
		/"(\w+)"/g,
		'"LOCALHOOK_$1"',
	);
	const advice = near || " Only settings have variables.";
	return `localhook reads no such variable.${advice}`;
}

/**
 * Looks at the providers that a command is given, before any configuration is read.
 *
 * @throws LocalhookError `unknown-provider`
 */
export async function refuseUnknown(words: readonly string[]): Promise<void> {
	if (words.length === 0) return;
	// Only now, since no other command that asks a server needs the providers themselves.
	const { installedOf } = await import("../catalog.ts");
	installedOf(words);
}
