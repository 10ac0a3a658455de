import type { Engine } from "../engine/engine.ts";
import {
	type JournalEntry,
	matching,
	showEntry,
} from "../engine/entry-view.ts";
import { checkArgument, kinds } from "../engine/shape.ts";
import { bordered } from "./border.ts";
import type { Owed } from "./owed.ts";

/** What happened, in order. */
export interface HooksJournal {
	/**
	 * What is kept, oldest first; with a query, only what became of the deliveries that match.
	 *
	 * @throws LocalhookError `invalid-query`
	 * @example
	 * hooks.journal.entries("provider:prolific state:failed")
	 */
	entries(query?: string): readonly JournalEntry[];
	/**
	 * Calls back with each entry as it happens; a query is asked at that moment. Returns what ends it.
	 *
	 * @throws LocalhookError `invalid-query`
	 * @example
	 * const stop = hooks.journal.follow((entry) => console.log(entry.kind))
	 */
	follow(listener: (entry: JournalEntry) => void, query?: string): () => void;
}

export function journalOf(engine: Engine, owed: Owed): HooksJournal {
	const { journal } = engine;
	return bordered(engine, {
		entries(query) {
			owed.publish();
			return journal.after(0).filter(matching(engine, query)).map(showEntry);
		},
		follow(listener, query) {
			checkArgument(listener, kinds.func, "listener");
			const wants = matching(engine, query);
			return journal.subscribe((entry) => {
				if (wants(entry)) listener(showEntry(entry));
			});
		},
	});
}
