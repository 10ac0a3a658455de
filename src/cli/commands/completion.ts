import { commandLine } from "../../generated/command-line.ts";
import type { FillCommand } from "../io.ts";
import { describe } from "../options.ts";

export const completion: FillCommand = (command, { io }, document) => {
	describe(command, document).action(
		(shell: keyof typeof commandLine.completions) => {
			io.stdout.write(commandLine.completions[shell]);
		},
	);
};

export const complete: FillCommand = (command, context, document) => {
	describe(command, document).action(async (typed: string[]) => {
		// Only now, since it brings the providers.
		const { candidates } = await import("../candidates.ts");
		// Bash takes `=` and `:` for the end of a word: `--sign=none` and `state:failed` arrive as three.
		const words = typed
			.join("\0")
			.replace(/\0([=:])(?:\0|$)/g, "$1")
			.split("\0");
		const last = words.at(-1) ?? "";
		const isCut = typed.slice(-2).some((word) => /^[=:]$/.test(word));
		// What Bash does not ask for.
		const known = isCut ? last.replace(/[^=:]*$/, "") : "";
		// The value of a flag goes on in the flag's own word.
		const [, flag, value = ""] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? [];
		if (flag !== undefined) words.splice(-1, 1, flag, value);
		const program = await context.program(words);
		for (const word of await candidates(program, words, context.io.env)) {
			const whole = flag === undefined ? word : `${flag}=${word}`;
			context.io.stdout.write(`${whole.slice(known.length)}\n`);
		}
	});
};
