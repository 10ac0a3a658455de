import type { ServerResponse } from "node:http";
import type { JournalEntry } from "../../delivery/entries.ts";
import type { Journal } from "../../delivery/journal.ts";
import { LocalhookError } from "../../errors.ts";
import { createGate } from "../limits.ts";
import { showEntry } from "./entry-view.ts";

/** What happens, as server-sent events. */
export interface Streams {
	/**
	 * Sends what is wanted of what followed an entry, and then of what comes, for as long as somebody reads.
	 * @throws LocalhookError `too-many-streams`
	 */
	open(after: number, wants: Wants, response: ServerResponse): void;
}

type Wants = (entry: JournalEntry) => boolean;

const most = 32;
/** Bytes under way to a reader that catches up: enough to keep it busy. */
const ahead = 256 * 1024;
/** What a reader may leave unread before it is let go: it can resume where it was. */
const mostUnread = 4 * 1024 * 1024;

export function createStreams(journal: Journal): Streams {
	const gate = createGate(most);

	function feed(after: number, wants: Wants, response: ServerResponse): void {
		let sent = after;
		let stop = () => {};
		const write = (entry: JournalEntry) => {
			if (wants(entry)) response.write(eventOf(entry));
			sent = entry.seq;
		};
		function catchUp(): void {
			for (const entry of journal.after(sent)) {
				if (response.writableLength > ahead) {
					response.once("drain", catchUp);
					return;
				}
				write(entry);
			}
			stop = journal.subscribe(follow);
		}
		function follow(entry: JournalEntry): void {
			write(entry);
			if (response.writableLength <= mostUnread) return;
			// Writing to what is destroyed would be an error, and its end is told only later.
			stop();
			response.destroy();
		}
		response.once("close", () => stop());
		catchUp();
	}

	return {
		open(after, wants, response) {
			if (!gate.enter()) throw tooMany();
			response.once("close", gate.leave);
			response.writeHead(200, {
				"content-type": "text/event-stream",
				"cache-control": "no-store",
			});
			// Whoever connects sees at once that it worked.
			response.write(": localhook\n\n");
			feed(after, wants, response);
		},
	};
}

function eventOf(entry: JournalEntry): string {
	const data = JSON.stringify(showEntry(entry));
	return `id: ${entry.seq}\nevent: ${entry.kind}\ndata: ${data}\n\n`;
}

function tooMany(): LocalhookError {
	return new LocalhookError(
		"too-many-streams",
		`Failed to open the stream: ${most} are open already. Close one.`,
	);
}
