import type { RetryPolicy } from "../contract/policy.ts";
import type { Random } from "../contract/random.ts";

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
	const longest = policy.delays[failures - 1] ?? policy.onwards;
	if (longest === undefined) return undefined;
	const at =
		now +
		(policy.jitter === "full"
			? Math.floor(random.fork(String(failures)).next() * longest)
			: longest);
	return policy.within !== undefined && at > firstAt + policy.within
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
export function hastened(policy: RetryPolicy, speed: number): RetryPolicy {
	const { delays, onwards, within, jitter } = policy;
	const shorter = (wait: number) => Math.round(wait / speed);
	return {
		jitter,
		delays: delays.map(shorter),
		...(onwards !== undefined && { onwards: shorter(onwards) }),
		...(within !== undefined && { within: shorter(within) }),
	};
}
