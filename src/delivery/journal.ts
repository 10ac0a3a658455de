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

export function createJournal(
	limits: JournalLimits = { deliveries: 10_000, bytes: 64 * 1024 * 1024 },
): Journal {
	const deliveries = new Map<string, Delivery>();
	const byEndpoint = new Map<string, Map<string, Delivery>>();
	const listeners = new Set<(entry: JournalEntry) => void>();
	/** Settled deliveries in the order they settled. A map would have to step over its own gaps to find the oldest. */
	let settled: (Delivery | undefined)[] = [];
	let oldest = 0;
	let bytes = 0;

	function forget(delivery: Delivery): void {
		if (!deliveries.delete(delivery.id)) return;
		bytes -= weigh(delivery);
		const key = endpointKey(delivery.event.provider, delivery.endpoint);
		const listed = byEndpoint.get(key);
		listed?.delete(delivery.id);
		if (listed?.size === 0) byEndpoint.delete(key);
	}
	function makeRoom(): void {
		while (
			(deliveries.size > limits.deliveries || bytes > limits.bytes) &&
			oldest < settled.length
		) {
			forget(settled[oldest] as Delivery);
			settled[oldest++] = undefined;
		}
		if (oldest > 1024 && oldest * 2 > settled.length) {
			settled = settled.slice(oldest);
			oldest = 0;
		}
	}

	return {
		get size() {
			return deliveries.size;
		},
		add(delivery) {
			deliveries.set(delivery.id, delivery);
			const key = endpointKey(delivery.event.provider, delivery.endpoint);
			const listed = byEndpoint.get(key);
			if (listed === undefined)
				byEndpoint.set(key, new Map([[delivery.id, delivery]]));
			else listed.set(delivery.id, delivery);
			bytes += delivery.body.length;
		},
		get: (id) => deliveries.get(id),
		newest: () => [...deliveries.values()].reverse(),
		of: (provider, endpoint) =>
			byEndpoint.get(endpointKey(provider, endpoint))?.values() ?? [],
		tell(entry) {
			if (entry.kind === "attempt" && deliveries.has(entry.delivery.id)) {
				bytes += entry.attempt.response?.body.length ?? 0;
			}
			if (entry.kind === "settled") {
				settled.push(entry.delivery);
				makeRoom();
			}
			for (const listener of listeners) listener(entry);
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
		clear(provider) {
			for (const delivery of [...deliveries.values()]) {
				if (provider === undefined || delivery.event.provider === provider)
					forget(delivery);
			}
			settled = settled
				.slice(oldest)
				.filter((delivery) => delivery && deliveries.has(delivery.id));
			oldest = 0;
		},
	};
}

function endpointKey(provider: string, endpoint: string): string {
	return `${provider}\n${endpoint}`;
}

function weigh(delivery: Delivery): number {
	return delivery.attempts.reduce(
		(sum, { response }) => sum + (response?.body.length ?? 0),
		delivery.body.length,
	);
}
