import type { Command } from "commander";
import type { Entry } from "../answers.ts";
import { coloursFor } from "../colours.ts";
import type { CommandContext } from "../command-context.ts";
import {
	addConnectionOptions,
	type ConnectionOptions,
	connect,
} from "../connection.ts";
import { entryLine } from "../entry-line.ts";
import { exitCodeOfSignal } from "../exit-codes.ts";
import { follow } from "../follow.ts";
import { integer } from "../integer.ts";
import { queryHelp } from "../query-help.ts";
import { queryOf } from "../query-words.ts";
import { listenForStop } from "../stopping.ts";

interface LogOptions extends ConnectionOptions {
	readonly follow?: boolean;
	readonly limit: number;
}

interface Journal {
	readonly entries: readonly Entry[];
	/** The number of the newest entry there is. */
	readonly last: number;
}

export function log(command: Command, context: CommandContext): void {
	addConnectionOptions(command)
		.argument("[query...]", "which entries; default: all")
		.option("-f, --follow", "go on with what happens from now on")
		.option(
			"-n, --limit <n>",
			"so many of what there is, the newest",
			integer(1, 1000),
			50,
		)
		.addHelpText("after", `${examples}${queryHelp}`)
		.action(async (words: string[], options: LogOptions) => {
			const { client, say } = connect(context, options);
			const { stdout, env, host } = context.io;
			const colours = coloursFor(stdout, env);
			const { limit, json } = options;
			const query = queryOf(words);
			// The line escapes what it shows; its colours have to stay.
			const show = (entry: Entry) =>
				stdout.write(
					`${json ? JSON.stringify(entry) : entryLine(entry, colours)}\n`,
				);
			const { entries, last } = await client.get<Journal>("/journal", {
				query: { query, newest: limit },
			});
			// Before anything is shown, so that whoever has seen it may stop it at once.
			const stopping = options.follow ? listenForStop(host) : undefined;
			for (const entry of entries) show(entry);
			if (stopping === undefined) return;
			const { signal, release } = stopping;
			await follow(client, {
				query,
				after: last,
				signal,
				entry: show,
				lost: ({ message }) => say(`${message} Trying again until Ctrl-C.`),
			}).finally(release);
			context.finish(exitCodeOfSignal(signal.reason));
		});
}

const examples = `
Examples:
  $ localhook log
  $ localhook log provider:prolific type:study.* --limit 10
  $ localhook log --follow --json | jq .
  $ localhook log -- -provider:spritz          what starts with "-" comes after "--"
`;
