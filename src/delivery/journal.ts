import type { Attempt, Delivery, EventRecord } from "../contract/records.ts";
import type { CallRecord, JournalEntry } from "./entries.ts";
import { createRing } from "./ring.ts";

/** What happened, in order. Bounded: the oldest deliveries that have settled go first, and what went before them. */
export interface Journal {
	/** Deliveries that are kept. */
	readonly size: number;
	/** The number of the newest entry; 0: there is none. */
	readonly last: number;
	readonly limits: JournalLimits;
	called(call: CallRecord): void;
	happened(event: EventRecord, matched: number): void;
	add(delivery: Delivery): void;
	attempted(delivery: Delivery, attempt: Attempt): void;
	struck(delivery: Delivery, fault: string): void;
	settled(delivery: Delivery): void;

	get(id: string): Delivery | undefined;
	/** Newest first. */
	newest(): Iterable<Delivery>;
	/** Of one endpoint of one provider, oldest first. */
	of(provider: string, endpoint: string): Iterable<Delivery>;
	/** What is kept of what happened after an entry, oldest first. */
	after(seq: number): readonly JournalEntry[];
	subscribe(listener: (entry: JournalEntry) => void): () => void;
	/** Forgets what is kept of one provider, or everything. */
	clear(provider?: string): void;
}

export interface JournalLimits {
	readonly deliveries: number;
	/** Bytes of bodies, sent and received. */
	readonly bytes: number;
	/** API calls, and as many times ten of everything else. */
	readonly calls: number;
}

const usualLimits: JournalLimits = {
	deliveries: 10_000,
	bytes: 64 * 1024 * 1024,
	calls: 10_000,
};

type Settled = Extract<JournalEntry, { kind: "settled" }> & {
	/** The number of the entry that its delivery began with. */
	readonly since: number;
	/** Bytes. */
	readonly weight: number;
};

/**
 * Built for the way of a delivery, on which nothing is looked up here: writing and dropping touch the ends of lists.
 * Whoever asks later has the kept ones walked through for him.
 */
export function createJournal(given: Partial<JournalLimits> = {}): Journal {
	const limits = { ...usualLimits, ...given };
	const calls = createRing<JournalEntry>();
	/** Everything but calls, which come in such numbers that they would push deliveries out. */
	const log = createRing<JournalEntry | Settled>();
	/** By delivery, the number it began with. */
	const pending = new Map<Delivery, number>();
	let listeners: readonly ((entry: JournalEntry) => void)[] = [];
	let last = 0;
	let ended = 0;
	let bytes = 0;

	function write(entry: JournalEntry | Settled): void {
		log.push(entry);
		if (log.length > limits.calls * 10) dropOldest();
		for (const listener of listeners) listener(entry);
	}
	function dropOldest(): boolean {
		const entry = log.shift();
		if (entry?.kind === "settled") {
			ended--;
			bytes -= (entry as Settled).weight;
		}
		return entry !== undefined;
	}
	function makeRoom(): void {
		while (
			ended > 0 &&
			(pending.size + ended > limits.deliveries || bytes > limits.bytes)
		)
			dropOldest();
	}
	/** Oldest first. */
	function kept(wanted: (delivery: Delivery) => boolean): Delivery[] {
		const found: { since: number; delivery: Delivery }[] = [];
		for (const entry of log) {
			if (entry.kind === "settled" && wanted(entry.delivery))
				found.push(entry as Settled);
		}
		for (const [delivery, since] of pending) {
			if (wanted(delivery)) found.push({ since, delivery });
		}
		return found
			.sort((a, b) => a.since - b.since)
			.map(({ delivery }) => delivery);
	}

	return {
		limits,
		get size() {
			return pending.size + ended;
		},
		get last() {
			return last;
		},
		called(call) {
			const entry: JournalEntry = { seq: ++last, kind: "call", call };
			calls.push(entry);
			if (calls.length > limits.calls) calls.shift();
			for (const listener of listeners) listener(entry);
		},
		happened: (event, matched) =>
			write({ seq: ++last, kind: "event", event, matched }),
		add(delivery) {
			pending.set(delivery, ++last);
			bytes += delivery.body.length;
			write({ seq: last, kind: "delivery", delivery });
		},
		attempted(delivery, attempt) {
			if (pending.has(delivery)) bytes += attempt.response?.body.length ?? 0;
			write({ seq: ++last, kind: "attempt", delivery, attempt });
		},
		struck(delivery, fault) {
			const at = delivery.updatedAt;
			write({ seq: ++last, kind: "fault", delivery, fault, at });
		},
		settled(delivery) {
			const since = pending.get(delivery);
			if (since === undefined) return;
			pending.delete(delivery);
			ended++;
			const weight = weigh(delivery);
			const at = delivery.updatedAt;
			write({ seq: ++last, kind: "settled", delivery, at, since, weight });
			makeRoom();
		},
		get: (id) => kept((delivery) => delivery.id === id)[0],
		newest: () => kept(() => true).reverse(),
		of: (provider, endpoint) =>
			kept(
				(delivery) =>
					delivery.endpoint === endpoint &&
					delivery.event.provider === provider,
			),
		after: (seq) =>
			[...calls, ...log]
				.filter((entry) => entry.seq > seq)
				.sort((a, b) => a.seq - b.seq),
		subscribe(listener) {
			listeners = [...listeners, listener];
			return () => {
				listeners = listeners.filter((each) => each !== listener);
			};
		},
		clear(provider) {
			const stays = (entry: JournalEntry) =>
				provider !== undefined && providerOf(entry) !== provider;
			calls.keep(stays);
			for (const delivery of [...pending.keys()]) {
				if (provider !== undefined && delivery.event.provider !== provider)
					continue;
				pending.delete(delivery);
				bytes -= weigh(delivery);
			}
			log.keep((entry) => {
				if (stays(entry)) return true;
				if (entry.kind === "settled") {
					ended--;
					bytes -= (entry as Settled).weight;
				}
				return false;
			});
		},
	};
}

function providerOf(entry: JournalEntry): string {
	if (entry.kind === "call") return entry.call.provider;
	return entry.kind === "event"
		? entry.event.provider
		: entry.delivery.event.provider;
}

function weigh({ body, attempts }: Delivery): number {
	let weight = body.length;
	for (const { response } of attempts) weight += response?.body.length ?? 0;
	return weight;
}
