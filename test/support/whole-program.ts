import type { Command } from "commander";
import { ioOf, printerOf } from "../../src/cli/io.ts";
import { commands, createProgram } from "../../src/cli/run.ts";

/** The command line with every command in full. */
export function wholeProgram(): Promise<Command> {
	const names = commands.map(({ name }) => name);
	const io = ioOf(process);
	return createProgram(names, {
		...printerOf(io, false),
		io,
		words: names,
		finish() {},
		program: wholeProgram,
	});
}
