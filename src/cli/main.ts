#!/usr/bin/env node
import { exitCodes } from "./exit-codes.ts";
import { run } from "./run.ts";

/** The reader has left; of a terminal that was closed, Linux says EIO. */
const left = ["EPIPE", "EIO"];

// Who reads may stop early, as `| head` does; there is nobody left to tell then.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (!left.includes(error.code ?? "")) throw error;
	process.exit(exitCodes.done);
});
// Talk that nobody reads any more is no reason to end.
process.stderr.on("error", (error: NodeJS.ErrnoException) => {
	if (!left.includes(error.code ?? "")) throw error;
});
void run(process.argv.slice(2)).then((code) => {
	process.exitCode = code;
});
