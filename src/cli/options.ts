import { type Command, InvalidArgumentError, Option } from "commander";
import { LocalhookError, quoted } from "../errors.ts";
import { didYouMean, newName } from "../nearest.ts";
import { printableLine } from "../printing.ts";
import { coloursFor, type Io } from "./io.ts";

/** A flag of a setting: what its variable says is read with the configuration, and its help names it. */
export class SettingOption extends Option {}

/** By name, since the table of settings need not be loaded for every command; a test holds the two together. */
export const jsonVariable = "LOCALHOOK_JSON";

/** `--json`, and the form that wins over its variable. */
export function addJsonOption(command: Command, summary: string): Command {
	return command
		.option("--json", `${summary} (env: ${jsonVariable})`)
		.addOption(new Option("--no-json").hideHelp());
}

/** What is no setting's `--json` takes what the variable says, where no flag says it. */
export function readJsonVariable(command: Command, env: Io["env"]): void {
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

/** Refuses options that exclude each other, by name. @throws LocalhookError `invalid-option` */
export function refuseTogether(
	options: object,
	names: readonly string[],
	advice: string,
): void {
	const [first, second] = names.filter(
		(name) => Object(options)[name] !== undefined,
	);
	if (first === undefined || second === undefined) return;
	throw new LocalhookError(
		"invalid-option",
		`Invalid --${second}: --${first} is given too, and they exclude each other. Give ${advice}.`,
	);
}

/** Reads a whole number between two others, both included. */
export function integer(least: number, most: number) {
	return (text: string): number => {
		const number = Number(text);
		if (/^\d{1,9}$/.test(text) && number >= least && number <= most)
			return number;
		throw new InvalidArgumentError(
			`must be a whole number from ${least} to ${most}.`,
		);
	};
}

/** Those of no setting: which server it is, what `start` has in its words, and what `exec` tells its command. */
const otherVariables = [
	"LOCALHOOK_CONFIG",
	"LOCALHOOK_URL",
	"LOCALHOOK_PROVIDERS",
	"LOCALHOOK_RECEIVER_URL",
];

/** Tells of each variable that looks like one of localhook's and is none. */
export async function warnOfUnknownVariables(
	json: boolean,
	{ stderr, env }: Pick<Io, "stderr" | "env">,
): Promise<void> {
	const foreign = Object.keys(env)
		.filter((name) => name.startsWith("LOCALHOOK_"))
		.filter((name) => !otherVariables.includes(name))
		.sort();
	if (foreign.length === 0) return;
	// Only now, since the table of settings need not be loaded for every command.
	const { flagEntries, variableOf } = await import("../config/settings.ts");
	const settings = flagEntries.map(([name]) => variableOf(name));
	const known = [...settings, ...otherVariables];
	const { yellow } = coloursFor(stderr, env);
	for (const name of foreign.filter((name) => !known.includes(name))) {
		const message = `Ignored ${name}: ${reasonFor(name, known)}`;
		stderr.write(
			json
				? `${JSON.stringify({ kind: "warning", message })}\n`
				: `${yellow(printableLine(message))}\n`,
		);
	}
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
