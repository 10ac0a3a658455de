import type { JournalEntry } from "../../delivery/entries.ts";
import type { Engine } from "../../engine/engine.ts";
import { parseQuery } from "../../query/parse.ts";
import { type ControlOperations, ok } from "./call.ts";
import { showEntry } from "./entry-view.ts";
import { createStreams } from "./streams.ts";

interface ListQuery {
	after: number;
	limit: number;
	newest?: number;
	query?: string;
}

/** What happened, in order, and as it happens. */
export function journalOperations(engine: Engine): ControlOperations {
	const { journal } = engine;
	const streams = createStreams(journal);
	return {
		"list-entries": ({ query: asked }) => {
			const { after, limit, newest, query } = asked as unknown as ListQuery;
			const { last, limits } = journal;
			const kept = journal.after(0);
			const wants = wanting(engine, query);
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

		"stream-entries": ({ headers, query: asked }) => {
			const { last } = journal;
			const read = (headers["last-event-id"] as number | undefined) ?? last;
			// A number that was not reached yet is of a run before this one.
			const after = read > last ? 0 : read;
			const wants = wanting(engine, (asked as Partial<ListQuery>).query);
			return { stream: (response) => streams.open(after, wants, response) };
		},
	};
}

/** Of one query; those that are of no delivery match none. */
function wanting(engine: Engine, text: string | undefined) {
	if (text === undefined) return () => true;
	const query = parseQuery(text);
	return (entry: JournalEntry) =>
		"delivery" in entry && query.matches(entry.delivery, engine.clock.now());
}
