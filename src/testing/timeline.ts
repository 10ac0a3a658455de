import type { JournalEntry } from "../delivery/journal.ts";
import type { Engine } from "../engine/engine.ts";
import { showEntry } from "../engine/entry-view.ts";
import { repeat, timelineLines } from "../hooks/delivery-timeline.ts";
import { alsoOurs, unmatched } from "../hooks/undelivered.ts";
import { printableLine } from "../printing.ts";

const mostLines = 60;

/**
 * What happened in an engine, line by line, and how to have it happen again: for people who look at a failed test.
 *
 * @param after the number of the entry before the first one that matters
 */
export function timelineOf(engine: Engine, after = 0): string {
	const { journal, seed } = engine;
	const own = alsoOurs(engine, journal.newest());
	const entries = journal.after(after);
	const unsent = entries
		.filter((entry) => entry.kind === "event")
		.findLast((entry) => isStillUnmatched(engine, entry))?.event;
	const [first] = entries;
	const start = first === undefined ? 0 : Date.parse(showEntry(first).at);
	const lines = timelineLines(entries, start);
	const left = lines.length - mostLines;
	const notes = [own, unsent && `${unsent.type}: ${unmatched(engine, unsent)}`];
	return [
		`localhook: what happened${lines.length === 0 ? ": nothing" : ""}`,
		...(left > 0 ? [`  … ${left} earlier lines`] : []),
		...lines.slice(-mostLines),
		...notes.filter((note) => note !== undefined).map(printableLine),
		repeat(seed),
	].join("\n");
}

/** An endpoint that was registered since then is no reason why the event reached nobody. */
function isStillUnmatched(
	engine: Engine,
	{ event, matched }: Extract<JournalEntry, { kind: "event" }>,
): boolean {
	return (
		matched === 0 &&
		!engine
			.endpoints(event.provider)
			.some(
				({ enabled, events }) =>
					enabled && (events?.includes(event.type) ?? true),
			)
	);
}
