import type { Endpoint } from "../contract/operation.ts";
import type { Health } from "../contract/policy.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import type { Rules } from "./in-flight.ts";

/** By what failures are counted over; those that do not fail are not listed. */
export type Failing = readonly (readonly [key: string, health: Health])[];

const healthy: Health = { failures: 0 };

/** How the endpoints of one provider have fared lately; one success ends what was counted. */
export function createEndpointHealth(rules: Rules) {
	const failing = new Map<string, Health>();

	function count(key: string, made: Attempt): Health {
		if (made.ok) {
			failing.delete(key);
			return healthy;
		}
		const { failures, failingSince = made.at } = failing.get(key) ?? healthy;
		const health = { failures: failures + 1, failingSince };
		failing.set(key, health);
		return health;
	}
	return {
		of: (key: string): Health => failing.get(key) ?? healthy,
		/** Counts an attempt in, and tells the provider what has been counted. */
		record(endpoint: Endpoint, delivery: Delivery, made: Attempt): void {
			// If none fails, a success changes nothing.
			const health =
				made.ok && failing.size === 0
					? healthy
					: count(rules.healthKey(endpoint, delivery.event), made);
			rules.attempted(delivery, made, health);
		},
		save: (): Failing => [...failing],
		load(saved: Failing): void {
			for (const [key, health] of saved) failing.set(key, health);
		},
		/** Counts failures anew. */
		resetFailures: (key: string): void => void failing.delete(key),
		clear: (): void => failing.clear(),
	};
}
