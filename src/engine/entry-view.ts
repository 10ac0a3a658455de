import type { Attempt, Delivery } from "../contract/records.ts";
import type { JournalEntry as Kept } from "../delivery/journal.ts";
import { saysForItself } from "../explain/triage.ts";
import type { components } from "../generated/entry.ts";
import { matchesEvent } from "../query/parse.ts";
import { maskUrl } from "../web-address.ts";
import type { Engine } from "./engine.ts";

/**
 * One thing that happened, as `localhook log --json`, the control API and `hooks.journal` show it. `seq` counts
 * everything that ever happened, from 1; `at` is an ISO 8601 time at the provider.
 *
 * @example
 * for (const entry of hooks.journal.entries())
 *   if (entry.kind === "call") console.log(entry.method, entry.path, entry.status)
 */
export type JournalEntry = components["schemas"]["Entry"];

/**
 * Which entries are of the events and deliveries that match a query; without one, all of them.
 *
 * @throws LocalhookError `invalid-query`
 */
export function matching(
	{ query: read, clock }: Engine,
	text: string | undefined,
): (entry: Kept) => boolean {
	if (text === undefined) return () => true;
	const query = read(text);
	return (entry) => {
		if (entry.kind === "event")
			return matchesEvent(query, entry.event, clock.now());
		return "delivery" in entry && query.matches(entry.delivery, clock.now());
	};
}

/** Bytes of an answer that are shown. */
const longestAnswer = 100;

/** An entry of the journal as it is shown. Every line of a log is made of one. */
export function showEntry(entry: Kept): JournalEntry {
	const { kind, seq } = entry;
	switch (kind) {
		case "call": {
			const { call } = entry;
			const [at, duration] = [iso(call.at), rounded(call.duration)];
			return { kind, seq, ...call, at, duration };
		}
		case "event": {
			const { provider, id, type, time, call } = entry.event;
			const what = { kind, seq, provider, event: { id, type }, at: iso(time) };
			return { ...what, matched: entry.matched, call };
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
				parent: entry.delivery.parent,
				sign: entry.delivery.sign,
				...shownAttempt(entry.attempt, entry.nextAt),
			};
		case "fault": {
			const { delivery, at, fault, attempt } = entry;
			return { kind, seq, ...whose(delivery), at: iso(at), fault, attempt };
		}
		case "disabled": {
			const { delivery, at, reason } = entry;
			const { endpoint } = delivery;
			return { kind, seq, ...whose(delivery), at: iso(at), endpoint, reason };
		}
		case "settled": {
			const { delivery, at } = entry;
			const { state, reason } = delivery;
			return { kind, seq, ...whose(delivery), at: iso(at), state, reason };
		}
	}
}

function shownAttempt(attempt: Attempt, next: number | undefined) {
	const { number, url, error, response, fault, reconnected } = attempt;
	const { wronglyAccepted } = attempt;
	const [at, duration] = [iso(attempt.at), rounded(attempt.duration)];
	const status = response?.status;
	const answer = attempt.ok ? undefined : answerOf(response?.body);
	const says = attempt.ok ? undefined : saysForItself(attempt);
	const nextAt = next === undefined ? undefined : iso(next);
	const came = { number, at, url, status, error, says, answer, duration };
	return { ...came, wronglyAccepted, fault, reconnected, nextAt };
}

export function answerOf(body: Uint8Array | undefined): string | undefined {
	if (body === undefined || body.length === 0) return undefined;
	const text = new TextDecoder().decode(body.subarray(0, longestAnswer));
	return body.length > longestAnswer ? `${text}…` : text;
}

function whose({ id: delivery, event: { id, type, provider } }: Delivery) {
	return { delivery, provider, event: { id, type } };
}

/** Microseconds are as fine as anyone reads. */
export function rounded(milliseconds: number): number {
	return Math.round(milliseconds * 1000) / 1000;
}

export function iso(time: number): string {
	return new Date(time).toISOString();
}
