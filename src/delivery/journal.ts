import type { Attempt, Delivery, EventRecord } from "../contract/records.ts";
import { printableLine, warnOnConsole } from "../printing.ts";
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
	attempted(delivery: Delivery, attempt: Attempt, nextAt?: number): void;
	struck(delivery: Delivery, fault: string, attempt?: number): void;
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

/** How much the journal keeps; the oldest goes first. */
export interface JournalLimits {
	readonly deliveries: number;
	/** Bytes of bodies, sent and received; of the paths of calls; of the payloads that nobody was sent. */
	readonly bytes: number;
	/** API calls, and as many times ten of everything else. */
	readonly calls: number;
}

const usualLimits: JournalLimits = {
	deliveries: 10_000,
	bytes: 64 * 1024 * 1024,
	calls: 10_000,
};

/** An entry with the bytes that are gone when it is. */
type Weighed<Entry extends JournalEntry = JournalEntry> = Entry & {
	readonly weight?: number;
};

type Settled = Weighed<Extract<JournalEntry, { kind: "settled" }>> & {
	/** The number of the entry that its delivery began with. */
	readonly since: number;
};

/**
 * Built for the way of a delivery, on which nothing is looked up here: writing and dropping touch the ends of lists.
 * Whoever asks later has the kept ones walked through for him.
 */
export function createJournal(given: Partial<JournalLimits> = {}): Journal {
	const limits = { ...usualLimits, ...given };
	const calls = createRing<Weighed>();
	/** Everything but calls, which come in such numbers that they would push deliveries out. */
	const log = createRing<Weighed | Settled>();
	/** By delivery, the number it began with. */
	const pending = new Map<Delivery, number>();
	let listeners: readonly ((entry: JournalEntry) => void)[] = [];
	const failed = new WeakSet<object>();
	let last = 0;
	let ended = 0;
	let bytes = 0;
	/** Those of them that are not of pending deliveries. */
	let spare = 0;

	function tell(entry: JournalEntry): void {
		for (const listener of listeners) {
			try {
				listener(entry);
			} catch (error) {
				reportOnce(listener, error);
			}
		}
	}
	/** A listener watches what happens, and must not change it. */
	function reportOnce(listener: object, error: unknown): void {
		if (failed.has(listener)) return;
		failed.add(listener);
		const reason = error instanceof Error ? error.message : String(error);
		warnOnConsole(
			`Failed to tell a listener of the journal: it threw "${printableLine(reason)}". What happens goes on; later failures of this listener are not reported.`,
		);
	}
	function write(entry: JournalEntry | Settled, kept: Weighed = entry): void {
		log.push(kept);
		if (log.length > limits.calls * 10) letGo(log.shift());
		tell(entry);
	}
	function letGo(entry: Weighed | undefined): void {
		if (entry?.kind === "settled") ended--;
		bytes -= entry?.weight ?? 0;
		spare -= entry?.weight ?? 0;
	}
	function letGoOfOldest(): void {
		const [call, other] = [calls.first(), log.first()];
		const isCall = call !== undefined && !(other && other.seq < call.seq);
		letGo(isCall ? calls.shift() : log.shift());
	}
	function makeRoom(): void {
		while (ended > 0 && pending.size + ended > limits.deliveries)
			letGo(log.shift());
		while ((ended > 0 || spare > 0) && bytes > limits.bytes) letGoOfOldest();
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
			const weight = call.path.length;
			const entry: Weighed = { seq: ++last, kind: "call", call, weight };
			bytes += weight;
			spare += weight;
			calls.push(entry);
			if (calls.length > limits.calls) letGo(calls.shift());
			tell(entry);
			makeRoom();
		},
		happened(event, matched) {
			const entry: JournalEntry = {
				seq: ++last,
				kind: "event",
				event,
				matched,
			};
			if (matched > 0) return write(entry);
			// Of what is sent, the bytes are counted with the deliveries.
			const weight = JSON.stringify(event.payload).length;
			bytes += weight;
			spare += weight;
			write(entry, { ...entry, weight });
			makeRoom();
		},
		add(delivery) {
			pending.set(delivery, ++last);
			// One from a snapshot has attempts already.
			bytes += weigh(delivery);
			write({ seq: last, kind: "delivery", delivery });
		},
		attempted(delivery, attempt, nextAt) {
			if (pending.has(delivery)) bytes += attempt.response?.body.length ?? 0;
			write({ seq: ++last, kind: "attempt", delivery, attempt, nextAt });
		},
		struck(delivery, fault, attempt) {
			const at = delivery.updatedAt;
			write({ seq: ++last, kind: "fault", delivery, fault, at, attempt });
		},
		settled(delivery) {
			const since = pending.get(delivery);
			if (since === undefined) return;
			pending.delete(delivery);
			ended++;
			const weight = weigh(delivery);
			spare += weight;
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
			for (const delivery of [...pending.keys()]) {
				if (provider !== undefined && delivery.event.provider !== provider)
					continue;
				pending.delete(delivery);
				bytes -= weigh(delivery);
			}
			for (const ring of [calls, log])
				ring.keep((entry) => {
					const kept = stays(entry);
					if (!kept) letGo(entry);
					return kept;
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
