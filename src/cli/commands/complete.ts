import type { Command } from "commander";
import { candidates } from "../candidates.ts";
import type { CommandContext } from "../command-context.ts";

export function complete(command: Command, context: CommandContext): void {
	command
		.argument("[word...]", "the words so far; the last one may go on")
		.action(async (typed: string[]) => {
			// Bash takes `=` for the end of a word: `--sign=none` arrives as three.
			const words = typed.filter((word) => word !== "=");
			const program = await context.program(words);
			for (const word of await candidates(program, words))
				context.io.stdout.write(`${word}\n`);
		});
}
