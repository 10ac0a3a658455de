import TinyQueue from "tinyqueue";
import {
	clearTimeout,
	now,
	setImmediate,
	setTimeout,
	stopwatch,
} from "./real-timers.ts";

export type Cancel = () => void;

/** Where all time comes from: what the hour is, and what happens later. Times are epoch milliseconds. */
export interface Clock {
	now(): number;
	at(time: number, task: () => void): Cancel;
	/** A reading to measure a duration by; a virtual clock stands still while a request is under way. */
	stopwatch(): number;
	/**
	 * Runs a task after real milliseconds, whatever the clock shows: for exchanges with the outside. Keeps no process
	 * alive.
	 */
	after(milliseconds: number, task: () => void): Cancel;
	nextDue(): number | undefined;
	close(): void;
}

export type VirtualClock = Clock & ReturnType<typeof createVirtualClock>;

/** A clock is turned no further: texts of times have four digits for the year. */
export const latestTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** setTimeout fires at once for anything above. */
const longest = 0x7fff_ffff;

interface Task {
	readonly time: number;
	readonly order: number;
	run: (() => void) | undefined;
}

/** The machine's own time. Its timers do not keep a process alive. */
export function createSystemClock(): Clock {
	const tasks = createTasks();
	let timer: ReturnType<typeof setTimeout> | undefined;
	let wakesAt = Number.POSITIVE_INFINITY;

	function schedule(): void {
		const due = tasks.nextDue();
		if (due === undefined || due >= wakesAt) return;
		clearTimeout(timer);
		wakesAt = due;
		// Waking early and looking again is harmless.
		timer = startTimer(due - now(), wake);
	}
	function wake(): void {
		wakesAt = Number.POSITIVE_INFINITY;
		while (tasks.runNext(now()));
		schedule();
	}

	return {
		now,
		at(time, task) {
			const cancel = tasks.add(time, task);
			schedule();
			return cancel;
		},
		stopwatch,
		after,
		nextDue: tasks.nextDue,
		close: () => clearTimeout(timer),
	};
}

export function createVirtualClock(start: number) {
	const tasks = createTasks();
	let time = start;
	return {
		now: (): number => time,
		at: tasks.add,
		stopwatch: () => time,
		after,
		nextDue: tasks.nextDue,
		close: () => {},
		set(to: number): void {
			time = Math.max(time, to);
		},
		restore(to: number): void {
			time = to;
		},
		/** Moves to the earliest waiting task and runs it; false: nothing waits up to the limit. */
		step(limit: number): boolean {
			const due = tasks.nextDue();
			if (due === undefined || due > limit) return false;
			time = Math.max(time, due);
			return tasks.runNext(time);
		},
	};
}

/** Resolves in a later turn of the event loop: everything that can go on now, promises and ticks, has gone on by then. */
export function turn(): Promise<void> {
	const later = setImmediate ?? setTimeout;
	return new Promise((resolve) => void later(resolve));
}

/** Runs a task in a moment of real time, for which the process stays alive. */
export function soon(milliseconds: number, task: () => void): Cancel {
	const timer = setTimeout(task, milliseconds);
	return () => clearTimeout(timer);
}

/** Keeps the process alive until it is called off: for what somebody waits for, which is more than an idle engine. */
export function keepAlive(): Cancel {
	return soon(longest, () => {});
}

/** Resolves after so many real milliseconds, for which the process stays alive. */
export function pause(milliseconds: number): Promise<void> {
	const least = Math.min(milliseconds, longest);
	return new Promise((resolve) => void soon(least, resolve));
}

export function createIdleness() {
	let underWay = 0;
	let waiting: (() => void)[] = [];
	return {
		enter(): void {
			underWay++;
		},
		leave(): void {
			if (--underWay > 0) return;
			const told = waiting;
			waiting = [];
			for (const resolve of told) resolve();
		},
		/** Resolves once nothing is under way; at once when nothing is. */
		wait: (): Promise<void> =>
			underWay === 0
				? Promise.resolve()
				: new Promise((resolve) => waiting.push(resolve)),
	};
}

function after(milliseconds: number, task: () => void): Cancel {
	const timer = startTimer(milliseconds, task);
	return () => clearTimeout(timer);
}

function startTimer(
	milliseconds: number,
	task: () => void,
): ReturnType<typeof setTimeout> {
	const timer = setTimeout(task, Math.min(Math.max(milliseconds, 0), longest));
	// A browser's is a number, and keeps nothing alive.
	timer.unref?.();
	return timer;
}

function createTasks() {
	const queue = new TinyQueue<Task>(
		[],
		(a, b) => a.time - b.time || a.order - b.order,
	);
	let added = 0;

	function nextDue(): number | undefined {
		// Cancelled tasks stay in the heap until they surface: taking one out of the middle would scan it.
		while (queue.peek()?.run === undefined && queue.length > 0) queue.pop();
		return queue.peek()?.time;
	}
	return {
		nextDue,
		add(time: number, run: () => void): Cancel {
			const task: Task = { time, order: added++, run };
			queue.push(task);
			return () => {
				task.run = undefined;
			};
		},
		runNext(until: number): boolean {
			const due = nextDue();
			if (due === undefined || due > until) return false;
			const task = queue.pop();
			task?.run?.();
			return true;
		},
	};
}
