import type { Attempt, Delivery } from "../../contract/records.ts";
import type { CallRecord, JournalEntry } from "../../delivery/entries.ts";
import { maskUrl } from "../../mask-url.ts";
import { iso } from "./call.ts";

/** An entry of the journal as NDJSON, the event stream and the control API show it. */
export function showEntry(entry: JournalEntry): object {
	const { seq } = entry;
	switch (entry.kind) {
		case "call":
			return { type: "call", seq, ...shownCall(entry.call) };
		case "event": {
			const { id, provider, type, time, cause } = entry.event;
			const { matched } = entry;
			const at = iso(time);
			return {
				type: "event",
				seq,
				id,
				provider,
				event: type,
				at,
				matched,
				cause,
			};
		}
		case "delivery": {
			const { event, endpoint, url, parent, sign, createdAt } = entry.delivery;
			const more = {
				at: iso(createdAt),
				endpoint,
				url: maskUrl(url),
				parent,
				sign,
			};
			return {
				type: "delivery",
				seq,
				...named(entry.delivery),
				...more,
				cause: event.id,
			};
		}
		case "attempt":
			return {
				type: "attempt",
				seq,
				...named(entry.delivery),
				...shownAttempt(entry.attempt),
			};
		case "fault":
			return {
				type: "fault",
				seq,
				...named(entry.delivery),
				at: iso(entry.at),
				fault: entry.fault,
			};
		case "settled": {
			const { state, reason } = entry.delivery;
			return {
				type: "settled",
				seq,
				...named(entry.delivery),
				at: iso(entry.at),
				state,
				reason,
			};
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

function named({ id, event }: Delivery): object {
	return { delivery: id, provider: event.provider, event: event.type };
}

/** Microseconds are as fine as anyone reads. */
function rounded(milliseconds: number): number {
	return Math.round(milliseconds * 1000) / 1000;
}
