#!/usr/bin/env node
import { exitCodes } from "./exit-codes.ts";
import { run } from "./run.ts";

// Who reads may stop early, as `| head` does; there is nobody left to tell then.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
	if (error.code !== "EPIPE") throw error;
	process.exit(exitCodes.done);
});
process.exitCode = await run(process.argv.slice(2));
