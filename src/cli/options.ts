import { type Command, InvalidArgumentError, Option } from "commander";
import { LocalhookError } from "../errors.ts";

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
			`It must be a whole number from ${least} to ${most}.`,
		);
	};
}
