import type { RetryPolicy } from "../contract/policy.ts";
import type { Random } from "../contract/random.ts";

/**
 * When the next attempt is due, as epoch milliseconds; undefined: the provider gives up.
 *
 * @param failures attempts made so far, all failed
 * @param firstAt time of the first attempt
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
		(policy.jitter === "full" ? Math.floor(random.next() * longest) : longest);
	return policy.within !== undefined && at > firstAt + policy.within
		? undefined
		: at;
}
