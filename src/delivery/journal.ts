import type { Attempt, Delivery, EventRecord } from "../contract/records.ts";

/** What the journal tells those who watch it. */
export type JournalEntry =
	| { readonly kind: "call"; readonly call: CallRecord }
	| {
			readonly kind: "event";
			readonly event: EventRecord;
			readonly matched: number;
	  }
	| {
			readonly kind: "attempt";
			readonly delivery: Delivery;
			readonly attempt: Attempt;
	  }
	| { readonly kind: "settled"; readonly delivery: Delivery };

/** One request to a provider's API. */
export interface CallRecord {
	readonly provider: string;
	/** Absent: the request reached none. */
	readonly operation?: string | undefined;
	readonly method: string;
	readonly path: string;
	readonly status: number;
	readonly at: number;
	/** Milliseconds. */
	readonly duration: number;
}

/** What happened, newest deliveries kept: the oldest settled ones go when a limit is reached. */
export interface Journal {
	readonly size: number;
	add(delivery: Delivery): void;
	get(id: string): Delivery | undefined;
	/** Newest first. */
	newest(): Iterable<Delivery>;
	/** Of one endpoint of one provider, oldest first. */
	of(provider: string, endpoint: string): Iterable<Delivery>;
	tell(entry: JournalEntry): void;
	subscribe(listener: (entry: JournalEntry) => void): () => void;
	/** Forgets the deliveries of one provider, or all. */
	clear(provider?: string): void;
}

export interface JournalLimits {
	readonly deliveries: number;
	/** Bytes of bodies, sent and received. */
	readonly bytes: number;
}

/** A delivery and its place among all that were ever added. */
interface Placed {
	readonly delivery: Delivery;
	readonly order: number;
}

interface Settled extends Placed {
	/** Bytes. */
	readonly weight: number;
}

/**
 * Built for the way of a delivery, on which nothing is looked up here: adding, settling and dropping touch the ends
 * of lists. Whoever asks later has the kept ones walked through for him.
 */
export function createJournal(
	limits: JournalLimits = { deliveries: 10_000, bytes: 64 * 1024 * 1024 },
): Journal {
	const pending = new Map<Delivery, number>();
	let listeners: readonly ((entry: JournalEntry) => void)[] = [];
	/** In the order they settled; those before `oldest` have been dropped. */
	let settled: (Settled | undefined)[] = [];
	let oldest = 0;
	let added = 0;
	let bytes = 0;

	function size(): number {
		return pending.size + settled.length - oldest;
	}
	function makeRoom(): void {
		while (
			(size() > limits.deliveries || bytes > limits.bytes) &&
			oldest < settled.length
		) {
			bytes -= (settled[oldest] as Settled).weight;
			settled[oldest++] = undefined;
		}
		if (oldest > 1024 && oldest * 2 > settled.length) {
			settled = settled.slice(oldest);
			oldest = 0;
		}
	}
	/** Oldest first. */
	function kept(wanted: (delivery: Delivery) => boolean): Delivery[] {
		const found: Placed[] = [];
		for (let i = oldest; i < settled.length; i++) {
			const each = settled[i] as Settled;
			if (wanted(each.delivery)) found.push(each);
		}
		for (const [delivery, order] of pending) {
			if (wanted(delivery)) found.push({ delivery, order });
		}
		return found
			.sort((a, b) => a.order - b.order)
			.map(({ delivery }) => delivery);
	}

	return {
		get size() {
			return size();
		},
		add(delivery) {
			pending.set(delivery, added++);
			bytes += delivery.body.length;
		},
		get: (id) => kept((delivery) => delivery.id === id)[0],
		newest: () => kept(() => true).reverse(),
		of: (provider, endpoint) =>
			kept(
				(delivery) =>
					delivery.endpoint === endpoint &&
					delivery.event.provider === provider,
			),
		tell(entry) {
			if (entry.kind === "attempt" && pending.has(entry.delivery)) {
				bytes += entry.attempt.response?.body.length ?? 0;
			}
			if (entry.kind === "settled") {
				const { delivery } = entry;
				const order = pending.get(delivery);
				if (order !== undefined) {
					pending.delete(delivery);
					settled.push({ delivery, order, weight: weigh(delivery) });
					makeRoom();
				}
			}
			for (const listener of listeners) listener(entry);
		},
		subscribe(listener) {
			listeners = [...listeners, listener];
			return () => {
				listeners = listeners.filter((each) => each !== listener);
			};
		},
		clear(provider) {
			const goes = ({ event }: Delivery) =>
				provider === undefined || event.provider === provider;
			for (const delivery of kept(goes)) {
				pending.delete(delivery);
				bytes -= weigh(delivery);
			}
			settled = settled
				.slice(oldest)
				.filter((each) => each && !goes(each.delivery));
			oldest = 0;
		},
	};
}

function weigh({ body, attempts }: Delivery): number {
	let weight = body.length;
	for (const { response } of attempts) weight += response?.body.length ?? 0;
	return weight;
}
