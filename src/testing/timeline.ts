import type { Delivery } from "../contract/records.ts";
import type { JournalEntry } from "../delivery/entries.ts";
import type { Engine } from "../engine/engine.ts";
import { repeat, since, tried } from "../hooks/delivery-timeline.ts";
import { printableLine } from "../printing.ts";

const mostEntries = 60;

/** What happened in an engine, line by line, and how to have it happen again: for people who look at a failed test. */
export function timelineOf({ journal, seed }: Engine): string {
	const entries = journal.after(0);
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
		repeat(seed),
	].join("\n");
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
