import type { Attempt, Delivery, EventRecord } from "../../contract/records.ts";
import type { CallRecord, JournalEntry } from "../../delivery/entries.ts";
import { maskUrl } from "../../mask-url.ts";
import { iso } from "./call.ts";

/** An entry of the journal as NDJSON, the event stream and the control API show it. */
export function showEntry(entry: JournalEntry): object {
	const { kind, seq } = entry;
	switch (entry.kind) {
		case "call":
			return { kind, seq, ...shownCall(entry.call) };
		case "event": {
			const { event, matched } = entry;
			const { provider, time, call } = event;
			const at = iso(time);
			return { kind, seq, provider, event: named(event), at, matched, call };
		}
		case "delivery": {
			const { endpoint, url, parent, sign, createdAt } = entry.delivery;
			const at = iso(createdAt);
			const more = { at, endpoint, url: maskUrl(url), parent, sign };
			return { kind, seq, ...whose(entry.delivery), ...more };
		}
		case "attempt":
			return {
				kind,
				seq,
				...whose(entry.delivery),
				...shownAttempt(entry.attempt),
			};
		case "fault": {
			const { delivery, at, fault } = entry;
			return { kind, seq, ...whose(delivery), at: iso(at), fault };
		}
		case "settled": {
			const { delivery, at } = entry;
			const { state, reason } = delivery;
			return { kind, seq, ...whose(delivery), at: iso(at), state, reason };
		}
	}
}

function shownCall({ at, duration, ...call }: CallRecord): object {
	return { ...call, at: iso(at), duration: rounded(duration) };
}

function shownAttempt(attempt: Attempt): object {
	const { number, at, url, response, error, duration, fault, reconnected } =
		attempt;
	return {
		number,
		at: iso(at),
		url,
		status: response?.status,
		error,
		duration: rounded(duration),
		fault,
		reconnected,
	};
}

function whose({ id, event }: Delivery): object {
	return { delivery: id, provider: event.provider, event: named(event) };
}

function named({ id, type }: EventRecord): object {
	return { id, type };
}

/** Microseconds are as fine as anyone reads. */
function rounded(milliseconds: number): number {
	return Math.round(milliseconds * 1000) / 1000;
}
