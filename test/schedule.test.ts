import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RetryPolicy } from "../src/contract/policy.ts";
import { nextAttemptAt } from "../src/delivery/schedule.ts";
import { createRandom } from "../src/random.ts";

const minute = 60_000;
const start = Date.UTC(2026, 10, 20, 10, 15, 30);
const random = createRandom("test");

/** Minutes after the first attempt at which the retries are made, every one failing at once. */
function retries(policy: RetryPolicy): number[] {
	const times: number[] = [];
	let now = start;
	for (;;) {
		const next = nextAttemptAt(policy, times.length + 1, start, now, random);
		if (next === undefined || times.length === 100) return times;
		times.push((next - start) / minute);
		now = next;
	}
}

describe("the schedule", () => {
	it("gives every listed delay once, counted from the attempt before", () => {
		const delays = [1, 2, 4, 8].map((n) => n * minute);

		expect(retries({ delays, jitter: "none" })).toEqual([1, 3, 7, 15]);
	});

	it("gives up at once without delays", () => {
		expect(retries({ delays: [], jitter: "none" })).toEqual([]);
		expect(retries({ delays: [], jitter: "full" })).toEqual([]);
	});

	it("goes on with the last delay for as long as it may", () => {
		const hours = 60 * minute;
		const policy: RetryPolicy = {
			delays: [2, 4, 8, 16, 32, 60, 120, 240, 480].map((n) => n * minute),
			thenEvery: 8 * hours,
			jitter: "none",
			maxElapsed: 7 * 24 * hours,
		};

		const times = retries(policy);

		expect(times.slice(0, 11)).toEqual([
			2, 6, 14, 30, 62, 122, 242, 482, 962, 1442, 1922,
		]);
		expect(times).toHaveLength(27);
		expect(times.at(-1)).toBe(9602);
	});

	it("goes on for ever with a last delay and no end", () => {
		const policy: RetryPolicy = {
			delays: [],
			thenEvery: minute,
			jitter: "none",
		};

		expect(retries(policy)).toHaveLength(100);
	});

	it("makes an attempt at the very end of its time, and none after it", () => {
		const policy = (maxElapsed: number): RetryPolicy => ({
			delays: [minute, minute],
			jitter: "none",
			maxElapsed,
		});

		expect(retries(policy(2 * minute))).toEqual([1, 2]);
		expect(retries(policy(2 * minute - 1))).toEqual([1]);
		expect(retries(policy(0))).toEqual([]);
	});

	it("counts its time from the first attempt, however late the present one is", () => {
		const policy: RetryPolicy = {
			delays: [minute, minute],
			jitter: "none",
			maxElapsed: 10 * minute,
		};

		expect(nextAttemptAt(policy, 1, start, start + 9 * minute, random)).toBe(
			start + 10 * minute,
		);
		expect(
			nextAttemptAt(policy, 1, start, start + 9 * minute + 1, random),
		).toBeUndefined();
	});

	it("draws nothing without jitter", () => {
		const refusing = { ...random, fork: () => expect.unreachable() };

		expect(
			nextAttemptAt({ delays: [5], jitter: "none" }, 1, start, start, refusing),
		).toBe(start + 5);
	});

	it("draws a wait from zero to the listed delay under full jitter", () => {
		fc.assert(
			fc.property(
				fc.string(),
				fc.array(fc.nat(1e9), { minLength: 1, maxLength: 12 }),
				fc.nat(11),
				(seed, delays, made) => {
					const failures = 1 + (made % delays.length);
					const longest = delays[failures - 1] as number;

					const at = nextAttemptAt(
						{ delays, jitter: "full" },
						failures,
						start,
						start,
						createRandom(seed),
					);

					expect(at).toBeGreaterThanOrEqual(start);
					expect(at).toBeLessThanOrEqual(start + longest);
					expect(Number.isInteger(at)).toBe(true);
				},
			),
		);
	});

	it("spreads the waits of full jitter over the whole delay", () => {
		const policy: RetryPolicy = { delays: [1000], jitter: "full" };
		const waits = Array.from(
			{ length: 2000 },
			(_, i) =>
				(nextAttemptAt(
					policy,
					1,
					start,
					start,
					createRandom(`delivery ${i}`),
				) as number) - start,
		);

		expect(Math.min(...waits)).toBeLessThan(10);
		expect(Math.max(...waits)).toBeGreaterThan(990);
		const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
		expect(Math.abs(mean - 500)).toBeLessThan(35);
	});
});
