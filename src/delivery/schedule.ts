import type {
	DeliveryPolicy,
	RetryPolicy,
	StatusPattern,
} from "../contract/policy.ts";
import type { Random } from "../contract/random.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import type { InFlight } from "./in-flight.ts";

/**
 * When the next attempt is due, as epoch milliseconds; undefined: the provider gives up.
 *
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

/** With the provider's own time that many times faster; a receiver has as long to answer as ever. */
export function scaled(policy: DeliveryPolicy, speed: number): DeliveryPolicy {
	const { retry, disableAfter } = policy;
	const shorter = (wait: number) => Math.round(wait / speed);
	const maybe = (wait: number | undefined) => wait && shorter(wait);
	return {
		...policy,
		retry: {
			...retry,
			delays: retry.delays.map(shorter),
			thenEvery: maybe(retry.thenEvery),
			maxElapsed: maybe(retry.maxElapsed),
		},
		disableAfter: disableAfter && {
			...disableAfter,
			failingFor: maybe(disableAfter.failingFor),
			for: maybe(disableAfter.for),
		},
	};
}

export interface Due {
	readonly at: number;
	readonly delivery: Delivery;
	readonly attempt: number;
}

/** Looks through everything that waits, so no delivery calls it. */
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

/** A schedule without an end is shown this far. */
const longestPlan = 100;

/** When a delivery will be attempted, if every attempt fails at once. */
export function forecast(
	{ id, nextAt, attempts }: Delivery,
	policy: RetryPolicy,
	random: Random,
): readonly number[] {
	const firstAt = attempts[0]?.at ?? nextAt ?? 0;
	const jitter = jitterOf(id, random);
	const planned: number[] = [];
	let at = nextAt;
	while (at !== undefined && planned.length < longestPlan) {
		planned.push(at);
		const failures = attempts.length + planned.length;
		at = nextAttemptAt(policy, failures, firstAt, at, jitter);
	}
	return planned;
}

export function retryAt(
	{ id, attempts, createdAt, updatedAt: now }: Delivery,
	{ retry, retryAfter }: DeliveryPolicy,
	random: Random,
): number | undefined {
	const firstAt = attempts[0]?.at ?? createdAt;
	const jitter = jitterOf(id, random);
	const next = nextAttemptAt(retry, attempts.length, firstAt, now, jitter);
	if (next === undefined) return undefined;
	const asked = retryAfter ? attempts.at(-1)?.response?.headers : undefined;
	const at = Math.max(next, now + waitAskedFor(asked?.["retry-after"], now));
	const { maxElapsed = Number.POSITIVE_INFINITY } = retry;
	return at > firstAt + maxElapsed ? undefined : at;
}

/** Milliseconds that a receiver asks to be left alone for, in seconds or as a date: RFC 9110, section 10.2.3. */
function waitAskedFor(header: string | string[] | undefined, now: number) {
	const text = [header].flat()[0] ?? "";
	const wait = /^\d{1,9}$/.test(text)
		? Number(text) * 1000
		: Date.parse(text) - now;
	return wait > 0 ? wait : 0;
}

export function isAmong(
	status: number,
	patterns: readonly StatusPattern[] = ["2xx"],
): boolean {
	const whole = `${Math.floor(status / 100)}xx`;
	return patterns.some((each) =>
		typeof each === "number"
			? each === status
			: each === whole && status !== 429,
	);
}

/** Each delivery draws for itself, so that no other one can change its times. */
function jitterOf(id: string, random: Random): Random {
	return random.fork(`jitter/${id}`);
}

export function whyLast(
	{ error, response }: Attempt,
	{ delivery, how }: InFlight,
	{ stop = [] }: DeliveryPolicy,
): string | undefined {
	if (error?.code === "refused-receiver") return error.message;
	if (delivery.sign !== undefined) {
		const wrong = `signed wrongly on purpose (${delivery.sign})`;
		return response !== undefined && isAmong(response.status, ["4xx"])
			? `${wrong}, and refused: the receiver is right`
			: `${wrong}, so it is attempted once`;
	}
	if (response !== undefined && isAmong(response.status, stop))
		return `the provider gives up after an answer of ${response.status}`;
	return how.once ? "a test is attempted once" : undefined;
}

export function givenUp({ attempts: { length } }: Delivery): string {
	return `the provider gives up after ${length} attempt${length === 1 ? "" : "s"}`;
}
