import { type Command, InvalidArgumentError, Option } from "commander";

/** A flag of a setting: what its variable says is read with the configuration, and its help names it. */
export class SettingOption extends Option {}

/** A flag that may be given several times, whose parser gathers the values; its variable holds several. */
export class RepeatableOption extends Option {}

/** Of options that exclude each other, lets one that is given as a flag win over the variables of the others. */
export function excludeEachOther(
	command: Command,
	...names: readonly string[]
): void {
	const from = (source: string) =>
		names.filter((name) => command.getOptionValueSource(name) === source);
	command.hook("preAction", () => {
		if (from("cli").length === 0) return;
		for (const name of from("env"))
			command.setOptionValueWithSource(name, undefined, undefined);
	});
}

/** Reads a whole number between two others, both included. */
export function integer(least: number, most: number) {
	return (text: string): number => {
		const number = Number(text);
		if (/^\d{1,9}$/.test(text) && number >= least && number <= most)
			return number;
		throw new InvalidArgumentError(
			`"${text}" will not do. Give a whole number from ${least} to ${most}.`,
		);
	};
}
