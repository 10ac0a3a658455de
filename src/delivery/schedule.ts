import type { RetryPolicy } from "../contract/policy.ts";
import type { Random } from "../contract/random.ts";
import type { Delivery } from "../contract/records.ts";

/**
 * When the next attempt is due, as epoch milliseconds; undefined: the provider gives up.
 *
 * @param failures attempts made so far, all failed
 * @param firstAt time of the first attempt
 * @param random the delivery's own: the same wait is drawn whenever it is asked for
 */
export function nextAttemptAt(
	policy: RetryPolicy,
	failures: number,
	firstAt: number,
	now: number,
	random: Random,
): number | undefined {
	const longest = policy.delays[failures - 1] ?? policy.thenEvery;
	if (longest === undefined) return undefined;
	const at =
		now +
		(policy.jitter === "full"
			? Math.floor(random.fork(String(failures)).next() * longest)
			: longest);
	return policy.maxElapsed !== undefined && at > firstAt + policy.maxElapsed
		? undefined
		: at;
}

/** A schedule without an end is shown this far. */
const longestPlan = 100;

/** The attempts to come, the next one first, if each of them fails at once. */
export function plannedAttempts(
	policy: RetryPolicy,
	failures: number,
	firstAt: number,
	nextAt: number,
	random: Random,
): number[] {
	const planned = [nextAt];
	while (planned.length < longestPlan) {
		const at = nextAttemptAt(
			policy,
			failures + planned.length,
			firstAt,
			planned.at(-1) as number,
			random,
		);
		if (at === undefined) break;
		planned.push(at);
	}
	return planned;
}

/** The same schedule in less time: every wait divided by `speed`, to the millisecond. */
export function scaled(policy: RetryPolicy, speed: number): RetryPolicy {
	const { delays, thenEvery, maxElapsed, jitter } = policy;
	const shorter = (wait: number) => Math.round(wait / speed);
	return {
		jitter,
		delays: delays.map(shorter),
		...(thenEvery !== undefined && { thenEvery: shorter(thenEvery) }),
		...(maxElapsed !== undefined && { maxElapsed: shorter(maxElapsed) }),
	};
}

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
 * @param random the dispatcher's, from which each delivery has its own jitter
 */
export function forecast(
	{ id, nextAt, attempts }: Delivery,
	policy: RetryPolicy,
	random: Random,
): readonly number[] {
	if (nextAt === undefined) return [];
	const firstAt = attempts[0]?.at ?? nextAt;
	const jitter = jitterOf(id, random);
	return plannedAttempts(policy, attempts.length, firstAt, nextAt, jitter);
}

/** When a delivery whose last attempt has just failed is due again; undefined: never. */
export function retryAt(
	{ id, attempts, createdAt }: Delivery,
	policy: RetryPolicy,
	now: number,
	random: Random,
): number | undefined {
	const firstAt = attempts[0]?.at ?? createdAt;
	const jitter = jitterOf(id, random);
	return nextAttemptAt(policy, attempts.length, firstAt, now, jitter);
}

/** Each delivery draws for itself, so that no other one can change its times. */
function jitterOf(id: string, random: Random): Random {
	return random.fork(`jitter/${id}`);
}

export function givenUp({ attempts: { length } }: Delivery): string {
	return `the provider gives up after ${length} attempt${length === 1 ? "" : "s"}`;
}
