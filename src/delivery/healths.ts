import type { Endpoint } from "../contract/operation.ts";
import type { Health } from "../contract/policy.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import type { Rules } from "./dispatcher-contract.ts";

/** How the endpoints of one provider have fared lately; whoever answers well is forgotten. */
export interface Healths {
	/** Whether any endpoint is failing: if none is, a good answer changes nothing. */
	readonly anyFailing: boolean;
	of(key: string): Health;
	/** Counts an attempt in. */
	note(key: string, made: Attempt): Health;
	/** Of those that fail, by key. */
	entries(): readonly (readonly [key: string, health: Health])[];
	load(entries: readonly (readonly [key: string, health: Health])[]): void;
	/** Counts failures anew. */
	forgive(key: string): void;
	clear(): void;
}

const healthy: Health = { failures: 0 };

export function createHealths(): Healths {
	const failing = new Map<string, Health>();
	return {
		get anyFailing() {
			return failing.size > 0;
		},
		of: (key) => failing.get(key) ?? healthy,
		note(key, made) {
			if (made.ok) {
				failing.delete(key);
				return healthy;
			}
			const { failures, failingSince = made.at } = failing.get(key) ?? healthy;
			const health = { failures: failures + 1, failingSince };
			failing.set(key, health);
			return health;
		},
		entries: () => [...failing],
		load(entries) {
			for (const [key, health] of entries) failing.set(key, health);
		},
		forgive: (key) => void failing.delete(key),
		clear: () => failing.clear(),
	};
}

/** Counts an attempt in, and tells the provider what it makes of the endpoint. */
export function noteHealth(
	healths: Healths,
	rules: Rules,
	endpoint: Endpoint,
	delivery: Delivery,
	made: Attempt,
): void {
	const health =
		made.ok && !healths.anyFailing
			? healthy
			: healths.note(rules.healthKey(endpoint, delivery.event), made);
	rules.attempted(delivery, made, health);
}
