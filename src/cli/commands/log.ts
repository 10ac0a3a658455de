import { createParser } from "eventsource-parser";
import { entryLines } from "../../engine/entry-lines.ts";
import type { JournalEntry } from "../../engine/entry-view.ts";
import { LocalhookError } from "../../errors.ts";
import { pause } from "../client.ts";
import { type Server, serverCommand } from "../connect.ts";
import { exitCodeOfSignal } from "../exit-codes.ts";
import { stopSignal } from "../io.ts";
import { nothingOf, queryHelp, queryOf } from "../query-help.ts";
import { pageOf } from "../table.ts";

interface LogOptions {
	readonly follow?: boolean;
	readonly limit: number;
}

/** Entries for each one that has a line: a delivery has its begin, an attempt, perhaps a fault, and its end. */
const mute = 4;

export const log = serverCommand(
	"log",
	async (
		server: Server,
		words: string[],
		{ limit, ...options }: LogOptions,
	) => {
		const { client, json, say, finish } = server;
		const { stdout, env, host } = server.io;
		const page = pageOf(stdout, env);
		const query = queryOf(words);
		// The lines escape what they show; their colours have to stay.
		const shown = (entry: JournalEntry) =>
			(json ? [JSON.stringify(entry)] : entryLines(entry, page))
				.map((line) => `${line}\n`)
				.join("");
		const { entries, last } = await client.get("/journal", {
			query: { query, newest: json ? limit : Math.min(limit * mute, 1000) },
		});
		const found = (entries as JournalEntry[])
			.map(shown)
			.filter((text) => text !== "");
		// Before anything is shown, so that it can be stopped as soon as something is.
		const stopping = options.follow ? stopSignal(host) : undefined;
		for (const text of found.slice(-limit)) stdout.write(text);
		if (found.length === 0 && !options.follow) say(nothingOf(query));
		if (stopping === undefined) return;
		await follow(server, query, last, stopping, (entry) =>
			stdout.write(shown(entry)),
		);
		finish(exitCodeOfSignal(stopping.reason));
	},
	queryHelp,
);

/** Characters of one entry; the bytes of bodies are not in it. */
const entryLimit = 1024 * 1024;

/** Tells each entry after one, over breaks: after one it goes on where it was. Ends once it is aborted. */
async function follow(
	{ client, say }: Server,
	query: string | undefined,
	after: number,
	signal: AbortSignal,
	tell: (entry: JournalEntry) => void,
): Promise<void> {
	let lastEventId = String(after);
	let retry = 1000;
	let connected = true;
	while (!signal.aborted) {
		try {
			const asked = { query: { query }, lastEventId, signal };
			const stream = await client.listen("/journal/stream", asked);
			connected = true;
			const parser = createParser({
				maxBufferSize: entryLimit,
				onEvent({ id, data }) {
					lastEventId = id ?? lastEventId;
					tell(JSON.parse(data) as JournalEntry);
				},
				onRetry(milliseconds) {
					retry = Math.min(Math.max(milliseconds, 10), 30_000);
				},
			});
			for await (const text of stream) parser.feed(text);
			throw new LocalhookError(
				"server-unreachable",
				`The stream of localhook at ${client.url} has ended.`,
			);
		} catch (error) {
			if (signal.aborted) return;
			if (!isBreak(error)) throw error;
			if (connected) say(`${error.message} Trying again until Ctrl-C.`);
			connected = false;
		}
		await pause(retry, signal);
	}
}

function isBreak(error: unknown): error is LocalhookError {
	return error instanceof LocalhookError && error.code === "server-unreachable";
}
