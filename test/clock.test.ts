import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import {
	type Clock,
	createSystemClock,
	createVirtualClock,
} from "../src/delivery/clock.ts";

const start = Date.UTC(2026, 10, 20, 10, 15, 30);

describe("a virtual clock", () => {
	it("stands still until it is moved, and never goes back", () => {
		const clock = createVirtualClock(start);

		expect(clock.now()).toBe(start);
		clock.set(start + 5);
		expect(clock.now()).toBe(start + 5);
		clock.set(start);
		expect(clock.now()).toBe(start + 5);
		expect(clock.stopwatch()).toBe(start + 5);
	});

	it("runs one task a step, at its time, and none beyond the limit", () => {
		const clock = createVirtualClock(start);
		const ran: [string, number][] = [];
		const run = (name: string) => () => ran.push([name, clock.now() - start]);
		clock.at(start + 30, run("c"));
		clock.at(start + 10, run("a"));
		clock.at(start + 20, run("b"));

		expect(clock.step(start + 20)).toBe(true);
		expect(ran).toEqual([["a", 10]]);
		expect(clock.step(start + 20)).toBe(true);
		expect(clock.step(start + 20)).toBe(false);
		expect(ran).toEqual([
			["a", 10],
			["b", 20],
		]);
		expect(clock.now()).toBe(start + 20);
	});

	it("runs tasks of one time in the order they were given", () => {
		const clock = createVirtualClock(start);
		const ran: number[] = [];
		for (let i = 0; i < 50; i++) clock.at(start + 10, () => ran.push(i));

		while (clock.step(start + 10));

		expect(ran).toEqual(Array.from({ length: 50 }, (_, i) => i));
	});

	it("runs a task of the past at the time it is", () => {
		const clock = createVirtualClock(start);
		const ran: number[] = [];
		clock.at(start - 100, () => ran.push(clock.now()));

		clock.step(start);

		expect(ran).toEqual([start]);
	});

	it("runs what a task asks for, in its turn", () => {
		const clock = createVirtualClock(start);
		const ran: string[] = [];
		clock.at(start + 10, () => {
			ran.push("first");
			clock.at(start + 15, () => ran.push("second"));
		});
		clock.at(start + 20, () => ran.push("third"));

		while (clock.step(start + 20));

		expect(ran).toEqual(["first", "second", "third"]);
	});

	it("leaves out what was cancelled, before or after it ran", () => {
		const clock = createVirtualClock(start);
		const ran: string[] = [];
		const cancelFirst = clock.at(start + 1, () => ran.push("a"));
		const cancelSecond = clock.at(start + 2, () => ran.push("b"));
		clock.at(start + 3, () => ran.push("c"));

		cancelSecond();
		cancelSecond();
		while (clock.step(start + 3));
		cancelFirst();

		expect(ran).toEqual(["a", "c"]);
	});

	it("shows when the next task is due, cancelled ones left out", () => {
		const clock = createVirtualClock(start);

		expect(clock.nextDue()).toBeUndefined();
		const cancel = clock.at(start + 1, () => {});
		clock.at(start + 2, () => {});
		expect(clock.nextDue()).toBe(start + 1);
		cancel();
		expect(clock.nextDue()).toBe(start + 2);
		clock.step(start + 2);
		expect(clock.nextDue()).toBeUndefined();
		expect(clock.step(Number.POSITIVE_INFINITY)).toBe(false);
	});

	it("runs any tasks by time, then by turn, but for the cancelled ones", () => {
		const task = fc.record({ delay: fc.nat(20), cancelled: fc.boolean() });
		fc.assert(
			fc.property(fc.array(task), (tasks) => {
				const clock = createVirtualClock(start);
				const ran: number[] = [];
				const cancels = tasks.map(({ delay }, i) =>
					clock.at(start + delay, () => {
						expect(clock.now()).toBe(start + delay);
						ran.push(i);
					}),
				);
				for (const [i, { cancelled }] of tasks.entries())
					if (cancelled) cancels[i]?.();

				while (clock.step(start + 20));

				const expected = tasks
					.map((each, i) => ({ ...each, i }))
					.filter(({ cancelled }) => !cancelled)
					.sort((a, b) => a.delay - b.delay || a.i - b.i);
				expect(ran).toEqual(expected.map(({ i }) => i));
			}),
		);
	});
});

describe("the system clock", () => {
	function open(): Clock {
		const clock = createSystemClock();
		onTestFinished(() => clock.close());
		return clock;
	}
	/** Resolves with the time at which the task ran. */
	const ranAt = (clock: Clock, time: number) =>
		new Promise<number>((resolve) =>
			clock.at(time, () => resolve(clock.now())),
		);

	it("shows the machine's time", () => {
		const before = Date.now();
		const now = open().now();

		expect(now).toBeGreaterThanOrEqual(before);
		expect(now).toBeLessThanOrEqual(Date.now());
	});

	it("runs a task whose time has passed, but never before `at` returns", async () => {
		const clock = open();
		let ran = false;
		const done = new Promise<void>((resolve) =>
			clock.at(clock.now() - 60_000, () => {
				ran = true;
				resolve();
			}),
		);

		expect(ran).toBe(false);
		await done;
		expect(ran).toBe(true);
	});

	it("runs tasks in the order of their times, none of them early", async () => {
		const clock = open();
		const now = clock.now();
		const order: string[] = [];
		const run = async (name: string, time: number) => {
			const at = await ranAt(clock, time);
			order.push(name);
			return at - time;
		};

		const late = await Promise.all([
			run("c", now + 25),
			run("a", now + 5),
			run("b", now + 15),
		]);

		expect(order).toEqual(["a", "b", "c"]);
		expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
	});

	it("does not run early what is due in longer than a timer can wait", async () => {
		const clock = open();
		let early = false;
		clock.at(clock.now() + 2 ** 31 + 1000, () => {
			early = true;
		});
		clock.at(clock.now() + 2 ** 40, () => {
			early = true;
		});

		await ranAt(clock, clock.now() + 10);

		expect(early).toBe(false);
		expect(clock.nextDue()).toBeGreaterThan(clock.now() + 2 ** 31);
	});

	it("leaves out what was cancelled, and everything once it is closed", async () => {
		const clock = open();
		const other = open();
		const ran: string[] = [];
		const now = clock.now();
		const cancel = clock.at(now + 1, () => ran.push("cancelled"));
		other.at(now + 1, () => ran.push("closed"));

		cancel();
		other.close();
		await ranAt(clock, now + 10);

		expect(ran).toEqual([]);
	});

	it("measures durations, and waits for real, beside what it shows", async () => {
		const clock = open();
		const started = clock.stopwatch();

		const cancel = clock.after(1, () => expect.unreachable());
		cancel();
		await new Promise<void>((resolve) => clock.after(10, resolve));

		expect(clock.stopwatch() - started).toBeGreaterThanOrEqual(9);
	});
});
