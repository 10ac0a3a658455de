import type { Command } from "commander";
import { ioOf } from "../../src/cli/io.ts";
import { commands, createProgram } from "../../src/cli/run.ts";

/** The command line with every command in full. */
export function wholeProgram(): Promise<Command> {
	const names = commands.map(({ name }) => name);
	return createProgram(names, {
		io: ioOf(process),
		words: names,
		json: false,
		finish() {},
		program: wholeProgram,
	});
}
