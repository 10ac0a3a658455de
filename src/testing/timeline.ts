import type { Delivery } from "../contract/records.ts";
import type { JournalEntry } from "../delivery/entries.ts";
import type { Engine } from "../engine/engine.ts";
import { repeat, since, tried } from "../hooks/delivery-timeline.ts";
import { alsoOurs, unmatched } from "../hooks/undelivered.ts";
import { printableLine } from "../printing.ts";

const mostEntries = 60;

/**
 * What happened in an engine, line by line, and how to have it happen again: for people who look at a failed test.
 *
 * @param after the number of the entry before the first one that matters
 */
export function timelineOf(engine: Engine, after = 0): string {
	const { journal, seed } = engine;
	const own = alsoOurs(engine, journal.newest());
	const entries = journal.after(after);
	const unsent = entries.findLast(
		(entry) => entry.kind === "event" && isStillUnmatched(engine, entry),
	);
	const start = entries[0] === undefined ? 0 : timeOf(entries[0]);
	const lines = entries.flatMap((entry) =>
		entry.kind === "delivery"
			? []
			: [printableLine(`  ${since(start, timeOf(entry))} ${what(entry)}`)],
	);
	const left = lines.length - mostEntries;
	return [
		`localhook: what happened${lines.length === 0 ? ": nothing" : ""}`,
		...(left > 0 ? [`  … ${left} earlier`] : []),
		...lines.slice(-mostEntries),
		...(own === undefined ? [] : [printableLine(own)]),
		...(unsent?.kind === "event"
			? [
					printableLine(
						`${unsent.event.type}: ${unmatched(engine, unsent.event)}`,
					),
				]
			: []),
		repeat(seed),
	].join("\n");
}

/** Whoever has registered since then is no reason why the event reached nobody. */
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

function what(entry: Exclude<JournalEntry, { kind: "delivery" }>): string {
	switch (entry.kind) {
		case "call": {
			const { provider, method, path, status, operation = "" } = entry.call;
			return `${provider} api ${method} ${path} → ${status} ${operation}`.trimEnd();
		}
		case "event": {
			const { provider, type } = entry.event;
			const { matched } = entry;
			return `${provider} event ${type}, ${matched === 0 ? "matched no endpoint" : `${matched} to deliver`}`;
		}
		case "attempt":
			return `${named(entry.delivery)} ${tried(entry.attempt)}`;
		case "fault":
			return `${named(entry.delivery)} fault ${entry.fault}`;
		case "settled": {
			const { state, reason } = entry.delivery;
			return `${named(entry.delivery)} ${state}${reason === undefined ? "" : `, ${reason}`}`;
		}
	}
}

function named({ id, event }: Delivery): string {
	return `${event.provider} ${event.type} ${id}`;
}

function timeOf(entry: JournalEntry): number {
	switch (entry.kind) {
		case "call":
			return entry.call.at;
		case "event":
			return entry.event.time;
		case "delivery":
			return entry.delivery.createdAt;
		case "attempt":
			return entry.attempt.at;
		default:
			return entry.at;
	}
}
