#!/usr/bin/env node
import { exitCodes } from "./io.ts";
import { run } from "./run.ts";

/** The reader has left; of a terminal that was closed, Linux says EIO. */
const left = ["EPIPE", "EIO"];

// Who reads may stop early, as `| head` does; there is nobody left to tell then.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (left.includes(error.code ?? "")) process.exit(exitCodes.done);
	const reason =
		error.code === "ENOSPC" ? "the disk is full (ENOSPC)" : error.message;
	process.stderr.write(
		`Failed to write to stdout: ${reason}. Make room, or write it elsewhere.\n`,
	);
	process.exit(exitCodes.usage);
});
// What cannot be said, because nobody reads it or the disk is full, is no reason to end.
process.stderr.on("error", () => {});
void run(process.argv.slice(2)).then((code) => {
	process.exitCode = code;
});
