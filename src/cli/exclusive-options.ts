import type { Command } from "commander";

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
