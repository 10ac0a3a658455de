import type { Command } from "commander";
import type { Io } from "./io.ts";

/** What a command of the command line gets beside its words. */
export interface CommandContext {
	readonly io: Io;
	/** All of the command line. */
	readonly words: readonly string[];
	/** What to end with, where that is not 0 and not an error. */
	finish(exitCode: number): void;
	/** The command line as it is for these words, to look at it. */
	program(words: readonly string[]): Promise<Command>;
}

/** Gives a command its arguments, options, help and action. */
export type FillCommand = (command: Command, context: CommandContext) => void;
