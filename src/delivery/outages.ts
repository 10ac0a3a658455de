import { type Flight, stopWaiting } from "./flight.ts";

/** `paused`: deliveries queue until it is over. `down`: every attempt is refused, and repeated by the schedule. */
export type Outage = "none" | "paused" | "down";

export const outages: readonly Outage[] = ["none", "paused", "down"];

/** Which endpoints are out of order on purpose, and what queues at those that are paused. */
export interface Outages {
	readonly any: boolean;
	of(endpoint: string): Outage;
	/** Gives what has queued and may go on now. */
	set(endpoint: string, outage: Outage): readonly Flight[];
	/** Of those that are out of order, by endpoint. */
	entries(): readonly (readonly [endpoint: string, outage: Outage])[];
	/** Queues a delivery at its paused endpoint, once. */
	hold(flight: Flight): void;
	clear(): void;
}

export function createOutages(): Outages {
	const down = new Set<string>();
	const paused = new Map<string, Set<Flight>>();
	return {
		get any() {
			return down.size + paused.size > 0;
		},
		of: (endpoint) =>
			paused.has(endpoint) ? "paused" : down.has(endpoint) ? "down" : "none",
		set(endpoint, outage) {
			const held = paused.get(endpoint) ?? new Set();
			down.delete(endpoint);
			if (outage === "paused") {
				paused.set(endpoint, held);
				return [];
			}
			paused.delete(endpoint);
			if (outage === "down") down.add(endpoint);
			return [...held];
		},
		entries: () => [
			...Array.from(paused.keys(), (endpoint) => [endpoint, "paused"] as const),
			...Array.from(down, (endpoint) => [endpoint, "down"] as const),
		],
		hold(flight) {
			stopWaiting(flight);
			flight.delivery.held = "the endpoint is paused";
			paused.get(flight.delivery.endpoint)?.add(flight);
		},
		clear() {
			down.clear();
			paused.clear();
		},
	};
}
