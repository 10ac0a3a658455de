import type { RetryPolicy } from "../contract/policy.ts";
import type { Random } from "../contract/random.ts";
import type { Delivery } from "../contract/records.ts";
import { nextAttemptAt, plannedAttempts } from "./schedule.ts";

/** The attempt that comes next, of all deliveries. */
export interface Due {
	readonly at: number;
	readonly delivery: Delivery;
	/** Its number. */
	readonly attempt: number;
}

/** Looks through everything that waits: for whoever asks, not for the way of a delivery. */
export function soonest(
	waiting: Iterable<{ readonly delivery: Delivery }>,
): Due | undefined {
	let first: Due | undefined;
	for (const { delivery } of waiting) {
		const { nextAt: at, attempts } = delivery;
		if (at !== undefined && (first === undefined || at < first.at))
			first = { at, delivery, attempt: attempts.length + 1 };
	}
	return first;
}

/**
 * When a delivery will be attempted, if every attempt fails at once.
 *
 * @param draws the delivery's own source of jitter
 */
export function forecast(
	{ nextAt, attempts }: Delivery,
	policy: RetryPolicy,
	draws: Random,
): readonly number[] {
	if (nextAt === undefined) return [];
	const firstAt = attempts[0]?.at ?? nextAt;
	return plannedAttempts(policy, attempts.length, firstAt, nextAt, draws);
}

/** When a delivery whose last attempt has just failed is due again; undefined: never. */
export function retryAt(
	{ attempts, createdAt }: Delivery,
	policy: RetryPolicy,
	now: number,
	draws: Random,
): number | undefined {
	const firstAt = attempts[0]?.at ?? createdAt;
	return nextAttemptAt(policy, attempts.length, firstAt, now, draws);
}

export function givenUp({ attempts: { length } }: Delivery): string {
	return `the provider gives up after ${length} attempt${length === 1 ? "" : "s"}`;
}
