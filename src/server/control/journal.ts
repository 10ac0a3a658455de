import type { ServerResponse } from "node:http";
import type { Journal, JournalEntry } from "../../delivery/journal.ts";
import type { Engine } from "../../engine/engine.ts";
import { matching, showEntry } from "../../engine/entry-view.ts";
import { type ControlOperations, ok } from "./call.ts";

export function journalOperations(
	engine: Engine,
): ControlOperations<"list-entries" | "stream-entries"> {
	const { journal } = engine;
	const stream = createStreams(journal);
	return {
		"list-entries": ({ query: { after, limit, newest, query } }) => {
			const { last, limits } = journal;
			const kept = journal.after(0);
			const wants = matching(engine, query);
			const wanted = kept.filter((entry) => entry.seq > after && wants(entry));
			const page =
				newest === undefined ? wanted.slice(0, limit) : wanted.slice(-newest);
			return ok({
				entries: page.map(showEntry),
				from: kept[0]?.seq ?? last + 1,
				last,
				limits,
			});
		},

		"stream-entries": ({ headers, query: { query } }) => {
			const { last } = journal;
			const read = (headers["last-event-id"] as number | undefined) ?? last;
			// A number that was not reached yet is of a run before this one.
			const after = read > last ? 0 : read;
			const wants = matching(engine, query);
			return { stream: (response) => stream(after, wants, response) };
		},
	};
}

type Wants = (entry: JournalEntry) => boolean;

const most = 32;
/** Bytes under way to a reader that catches up: enough to keep it busy. */
const ahead = 256 * 1024;
const mostUnread = 4 * 1024 * 1024;

/**
 * What happens, as server-sent events: what is wanted of what followed an entry, and then of what comes, for as long as
 * somebody reads. Where as many streams are open as may be, the slowest reader is dropped: it can resume where it was.
 */
export function createStreams(journal: Journal) {
	const readers = new Map<ServerResponse, () => void>();

	return (after: number, wants: Wants, response: ServerResponse): void => {
		if (readers.size === most) readers.get(slowest(readers.keys()))?.();
		let sent = after;
		let unsubscribe = () => {};
		function write(entry: JournalEntry): void {
			if (wants(entry)) response.write(eventOf(entry));
			sent = entry.seq;
		}
		function catchUp(): void {
			for (const entry of journal.after(sent)) {
				if (response.writableLength > ahead) {
					response.once("drain", catchUp);
					return;
				}
				write(entry);
			}
			unsubscribe = journal.subscribe((entry) => {
				write(entry);
				if (response.writableLength > mostUnread) drop();
			});
		}
		function end(): void {
			readers.delete(response);
			unsubscribe();
		}
		/** Writing to what is destroyed would be an error, and its end is told only later. */
		function drop(): void {
			end();
			response.destroy();
		}
		readers.set(response, drop);
		response.once("close", end);
		response.writeHead(200, {
			"content-type": "text/event-stream",
			"cache-control": "no-store",
		});
		// A client that connects sees at once that it worked.
		response.write(": localhook\n\n");
		catchUp();
	};
}

/** The one with most unread; of equals, the oldest. */
function slowest(readers: Iterable<ServerResponse>): ServerResponse {
	return [...readers].reduce((slow, each) =>
		each.writableLength > slow.writableLength ? each : slow,
	);
}

function eventOf(entry: JournalEntry): string {
	const data = JSON.stringify(showEntry(entry));
	return `id: ${entry.seq}\nevent: ${entry.kind}\ndata: ${data}\n\n`;
}
