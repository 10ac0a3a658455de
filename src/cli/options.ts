import { Argument, type Command, Option } from "commander";
import { flagEntries, variableOf } from "../config/settings.ts";
import { parseDuration } from "../duration.ts";
import { invalidOption, quoted } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";
import { nearest, newName } from "../nearest.ts";
import { printableLine } from "../printing.ts";
import { type About, type CommandDocument, coloursFor, type Io } from "./io.ts";

/** A flag of a setting: what its variable says is read with the configuration, and its help names it. */
export class SettingOption extends Option {
	readonly setting: string;

	constructor(setting: string, flags: string, summary?: string) {
		super(flags, summary);
		this.setting = setting;
	}
}

export const jsonVariable = variableOf("json");

export function describe(
	command: Command,
	document: Partial<CommandDocument>,
): Command {
	const { summary, description = summary, usage, json, help } = document;
	if (description !== undefined) command.description(description);
	if (usage !== undefined) command.usage(usage);
	if (json !== undefined)
		command
			.option("--json", `${json} (env: ${jsonVariable})`)
			// Wins over the variable.
			.addOption(new Option("--no-json").hideHelp());
	for (const [form, about] of Object.entries(document.arguments ?? {}))
		command.addArgument(detailed(about, (text) => new Argument(form, text)));
	for (const [form, about] of Object.entries(document.options ?? {}))
		command.addOption(detailed(about, (text) => new Option(form, text)));
	const queries = "[query...]" in (document.arguments ?? {}) ? queryHelp : "";
	if (help) command.addHelpText("after", `\n${help}${queries}`);
	return command;
}

const queryLines = commandLine.queries.map(
	({ example, summary }) => `  ${example.padEnd(34)} ${summary}\n`,
);
const queryHelp = `\nQueries:\n${queryLines.join("")}`;

function detailed<Made extends Argument | Option>(
	about: About,
	make: (text: string) => Made,
): Made {
	if (typeof about === "string") return make(about);
	const made = make(about.about);
	const { choices, suggested, from, to, duration, many, conflicts } = about;
	if (about.default !== undefined) made.default(about.default);
	if (choices !== undefined)
		made.choices(choices).argParser((text: string) => {
			if (choices.includes(text)) return text;
			throw invalid(made, text, `one of ${choices.join(", ")}`);
		});
	if (suggested !== undefined) made.argChoices = [...suggested];
	if (from !== undefined && to !== undefined)
		made.argParser((text: string) => {
			const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
			if (number >= from && number <= to) return number;
			throw invalid(made, text, `a whole number from ${from} to ${to}`);
		});
	if (many) made.argParser(gathered);
	if (conflicts !== undefined && made instanceof Option)
		made.conflicts([...conflicts]);
	if (duration) {
		const text = String(about.default);
		made.argParser(parseDuration).default(parseDuration(text), text);
	}
	return made;
}

function invalid(made: Argument | Option, text: string, rule: string) {
	const name = made instanceof Option ? made.long : `<${made.name()}>`;
	return invalidOption(`Invalid ${name} ${quoted(text)}: must be ${rule}.`);
}

export function gathered(
	text: string,
	before: readonly string[] = [],
): string[] {
	return [...before, text];
}

/** Asked before flags and settings are read, since reading them is one of the things that can fail. */
export function wantsJson(words: readonly string[], { env }: Io): boolean {
	const dashes = words.indexOf("--");
	const own = dashes === -1 ? words : words.slice(0, dashes);
	const flag = own.findLast((word) => /^--(no-)?json$/.test(word));
	return flag === undefined
		? !["", "0", "false"].includes(env[jsonVariable] ?? "")
		: flag === "--json";
}

const prefix = "LOCALHOOK_";
/** Those of no setting: which server it is, what `start` has in its words, and what `exec` tells its command. */
const otherNames = ["CONFIG", "URL", "PROVIDERS", "RECEIVER_URL"];

export function warnOfUnknownVariables(
	json: boolean,
	{ stderr, env }: Pick<Io, "stderr" | "env">,
): void {
	const bare = (variable: string) => variable.slice(prefix.length);
	const settings = flagEntries.map(([name]) => bare(variableOf(name)));
	const known = [...settings, ...otherNames];
	const { yellow } = coloursFor(stderr, env);
	for (const variable of Object.keys(env).sort()) {
		const name = bare(variable);
		if (!variable.startsWith(prefix) || known.includes(name)) continue;
		const [near] = nearest(name, known).map((each) => `${prefix}${each}`);
		const meant = newName(variable) ?? near;
		const advice = meant
			? `Did you mean "${meant}"?`
			: "Only settings have variables.";
		const message = `Ignored ${variable}: localhook reads no such variable. ${advice}`;
		stderr.write(
			json
				? `${JSON.stringify({ kind: "warning", message })}\n`
				: `${yellow(printableLine(message))}\n`,
		);
	}
}
