import Queue from "yocto-queue";
import type { Attempt, Delivery, EventRecord } from "../contract/records.ts";
import { printableLine, warnOnConsole } from "../printing.ts";

export interface CallRecord {
	readonly id: string;
	readonly provider: string;
	readonly operation?: string | undefined;
	readonly method: string;
	readonly path: string;
	readonly status: number;
	readonly at: number;
	/** Milliseconds. */
	readonly duration: number;
	readonly fault?: string | undefined;
}

export type JournalEntry = { readonly seq: number } & (
	| { readonly kind: "call"; readonly call: CallRecord }
	| {
			readonly kind: "event";
			readonly event: EventRecord;
			readonly matched: number;
	  }
	| ({ readonly delivery: Delivery } & (
			| { readonly kind: "delivery" }
			| {
					readonly kind: "attempt";
					readonly attempt: Attempt;
					readonly nextAt?: number | undefined;
			  }
			| {
					readonly kind: "fault";
					/** The delivery itself goes on to change. */
					readonly at: number;
					readonly fault: string;
					/** The number of the attempt that it was done to; absent: the delivery as a whole. */
					readonly attempt?: number | undefined;
			  }
			| {
					/** Its endpoint gets nothing from here on: it has failed too often. */
					readonly kind: "disabled";
					readonly at: number;
					readonly reason: string;
			  }
			| { readonly kind: "settled"; readonly at: number }
	  ))
);

/** How much the journal keeps; the oldest goes first. */
export interface JournalLimits {
	readonly deliveries: number;
	/** Bytes of bodies, sent and received; of the paths of calls; of the payloads that nobody was sent. */
	readonly bytes: number;
	/** API calls, and as many times ten of everything else. */
	readonly calls: number;
}

const defaultLimits: JournalLimits = {
	deliveries: 10_000,
	bytes: 64 * 1024 * 1024,
	calls: 10_000,
};

type Kept = JournalEntry & {
	/** The bytes that are gone when the entry is. */
	readonly weight?: number | undefined;
	/** Of `settled`: the number of the entry that its delivery began with. */
	readonly since?: number;
};

/** What happened, in order. Bounded: the oldest deliveries that have settled go first, and what went before them. */
export type Journal = ReturnType<typeof createJournal>;

/**
 * Built for the way of a delivery, on which nothing is looked up here: writing and dropping touch the ends of lists.
 * A question is answered by walking through what is kept.
 */
export function createJournal(given: Partial<JournalLimits> = {}) {
	const limits: JournalLimits = { ...defaultLimits, ...given };
	const calls = new Queue<Kept>();
	/** Everything but calls, which come in such numbers that they would push deliveries out. */
	const log = new Queue<Kept>();
	const pending = new Map<Delivery, number>();
	let listeners: readonly ((entry: JournalEntry) => void)[] = [];
	const failed = new WeakSet<object>();
	let last = 0;
	/** Deliveries in the log that have ended. */
	let ended = 0;
	/** Deliveries that went because there was no room. */
	let dropped = 0;
	/** Bytes of pending deliveries, and of all the rest. */
	let held = 0;
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
	function write(entry: Kept): void {
		const isCall = entry.kind === "call";
		const list = isCall ? calls : log;
		list.enqueue(entry);
		spare += entry.weight ?? 0;
		if (list.size > limits.calls * (isCall ? 1 : 10)) letGo(list.dequeue());
		if (listeners.length > 0) tell(entry);
		if (entry.weight !== undefined) makeRoom();
	}
	function letGo(entry: Kept | undefined): void {
		if (entry?.kind === "settled") {
			ended--;
			dropped++;
		}
		spare -= entry?.weight ?? 0;
	}
	function makeRoom(): void {
		while (ended > 0 && pending.size + ended > limits.deliveries)
			letGo(log.dequeue());
		while ((ended > 0 || spare > 0) && held + spare > limits.bytes)
			letGoOfOldest();
	}
	function letGoOfOldest(): void {
		const call = calls.peek();
		const other = log.peek();
		const isCall = call !== undefined && !(other && other.seq < call.seq);
		letGo(isCall ? calls.dequeue() : log.dequeue());
	}
	function kept(wanted: (delivery: Delivery) => boolean): Delivery[] {
		const found: { since: number; delivery: Delivery }[] = [];
		for (const entry of log) {
			if (entry.kind === "settled" && wanted(entry.delivery))
				found.push({ since: entry.since ?? 0, delivery: entry.delivery });
		}
		for (const [delivery, since] of pending) {
			if (wanted(delivery)) found.push({ since, delivery });
		}
		return found
			.sort((a, b) => a.since - b.since)
			.map(({ delivery }) => delivery);
	}
	function add(delivery: Delivery): void {
		pending.set(delivery, ++last);
		// One from a snapshot has attempts already.
		held += weigh(delivery);
		write({ seq: last, kind: "delivery", delivery });
	}
	function settled(delivery: Delivery): void {
		const since = pending.get(delivery);
		if (since === undefined) return;
		pending.delete(delivery);
		ended++;
		const weight = weigh(delivery);
		held -= weight;
		const at = delivery.updatedAt;
		write({ seq: ++last, kind: "settled", delivery, at, since, weight });
	}

	return {
		limits,
		get size() {
			return pending.size + ended;
		},
		get dropped() {
			return dropped;
		},
		get last() {
			return last;
		},
		called(call: CallRecord): void {
			const weight = call.path.length;
			write({ seq: ++last, kind: "call", call, weight });
		},
		happened(event: EventRecord, matched: number): void {
			// Of what is sent, the bytes are counted with the deliveries.
			const weight =
				matched > 0 ? undefined : JSON.stringify(event.payload).length;
			write({ seq: ++last, kind: "event", event, matched, weight });
		},
		add,
		addEnded(delivery: Delivery): void {
			add(delivery);
			settled(delivery);
		},
		attempted(delivery: Delivery, attempt: Attempt, nextAt?: number): void {
			if (pending.has(delivery)) held += attempt.response?.body.length ?? 0;
			write({ seq: ++last, kind: "attempt", delivery, attempt, nextAt });
		},
		struck(delivery: Delivery, fault: string, attempt?: number): void {
			const at = delivery.updatedAt;
			write({ seq: ++last, kind: "fault", delivery, fault, at, attempt });
		},
		disabled(delivery: Delivery, reason: string): void {
			const at = delivery.updatedAt;
			write({ seq: ++last, kind: "disabled", delivery, at, reason });
		},
		settled,
		get: (id: string) => kept((delivery) => delivery.id === id)[0],
		newest: (): Iterable<Delivery> => kept(() => true).reverse(),
		of: (provider: string, endpoint: string): Iterable<Delivery> =>
			kept(
				(delivery) =>
					delivery.endpoint === endpoint &&
					delivery.event.provider === provider,
			),
		after: (seq: number): readonly JournalEntry[] =>
			[...calls, ...log]
				.filter((entry) => entry.seq > seq)
				.sort((a, b) => a.seq - b.seq),
		subscribe(listener: (entry: JournalEntry) => void): () => void {
			listeners = [...listeners, listener];
			return () => {
				listeners = listeners.filter((each) => each !== listener);
			};
		},
		clear(provider?: string): void {
			const isGone = (of: string) => provider === undefined || of === provider;
			for (const delivery of [...pending.keys()]) {
				if (!isGone(delivery.event.provider)) continue;
				pending.delete(delivery);
				held -= weigh(delivery);
			}
			const before = dropped;
			for (const list of [calls, log]) {
				for (const entry of [...list.drain()]) {
					if (isGone(providerOf(entry))) letGo(entry);
					else list.enqueue(entry);
				}
			}
			dropped = provider === undefined ? 0 : before;
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
