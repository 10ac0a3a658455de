import { createParser } from "eventsource-parser";
import { LocalhookError } from "../errors.ts";
import type { Entry } from "./answers.ts";
import type { Client } from "./client.ts";
import { pause } from "./pause.ts";

export interface Following {
	readonly query: string | undefined;
	/** The number of the last entry that is known already. */
	readonly after: number;
	/** Aborted: follow no further. */
	readonly signal: AbortSignal;
	/** Is told each entry once. */
	entry(entry: Entry): void;
	/** Is told once of each break. */
	lost(error: LocalhookError): void;
}

/** Characters of one entry; the bytes of bodies are not in it. */
const entryLimit = 1024 * 1024;

/**
 * Follows the journal, over breaks: after one it goes on where it was. Ends once it is aborted.
 *
 * @throws LocalhookError what the server refuses
 */
export async function follow(
	client: Client,
	{ query, after, signal, entry, lost }: Following,
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
					entry(JSON.parse(data) as Entry);
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
			if (connected) lost(error);
			connected = false;
		}
		await pause(retry, signal);
	}
}

function isBreak(error: unknown): error is LocalhookError {
	return error instanceof LocalhookError && error.code === "server-unreachable";
}
