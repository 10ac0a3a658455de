import {
	type Clock,
	latestTime,
	type VirtualClock,
} from "../delivery/clock.ts";
import type { Journal } from "../delivery/journal.ts";
import { type Due, soonest } from "../delivery/schedule.ts";
import { LocalhookError } from "../errors.ts";
import type { Session } from "./session.ts";

/** What a turn of the clock did. */
export interface Turned {
	/** Epoch milliseconds. */
	readonly now: number;
	readonly attempts: number;
	/** Deliveries that have not ended. */
	readonly pending: number;
}

const defaultBound = 100_000;

/** The engine's time, to be looked at and turned. Turning needs a virtual clock. */
export type Time = ReturnType<typeof createTime>;

export function createTime(
	clock: Clock,
	speed: number,
	sessions: ReadonlyMap<string, Session>,
	journal: Journal,
) {
	let made = 0;
	let turning: Promise<unknown> = Promise.resolve();

	function virtual(doing: string): VirtualClock {
		if ("step" in clock) return clock as VirtualClock;
		throw new LocalhookError(
			"clock-is-real",
			`Failed to ${doing} the clock: it shows real time. Start with --clock virtual to turn it, or with --speed 60 to shorten what takes long.`,
		);
	}
	async function idle(): Promise<void> {
		for (const session of sessions.values()) await session.run.idle();
	}
	/** So much of what is due at the next moment, all of it at once; false: nothing is until the limit. */
	async function step(
		turned: VirtualClock,
		limit: number,
		most = Number.POSITIVE_INFINITY,
	): Promise<boolean> {
		if (!turned.step(limit)) return false;
		for (let ran = 1; ran < most && turned.step(turned.now()); ran++);
		await idle();
		return true;
	}
	function pending(): number {
		const all = [...sessions.values()];
		return all.reduce((sum, { dispatcher }) => sum + dispatcher.pending, 0);
	}
	function due(): Due | undefined {
		const all = [...sessions.values()];
		return soonest(all.flatMap(({ dispatcher }) => dispatcher.due() ?? []));
	}
	/** One turn after the other: two at once would go on while the attempts of either are under way. */
	function counted<Result extends object>(
		turn: () => Promise<Result>,
	): Promise<Turned & Result> {
		const mine = turning.then(async () => {
			await idle();
			made = 0;
			const stopCounting = journal.subscribe(({ kind }) => {
				if (kind === "attempt") made++;
			});
			const result = await turn().finally(stopCounting);
			const now = clock.now();
			return { now, attempts: made, pending: pending(), ...result };
		});
		turning = mine.catch(() => {});
		return mine;
	}

	return {
		idle,
		mode: "step" in clock ? ("virtual" as const) : ("real" as const),
		/** What lasts an hour at the provider lasts an hour divided by this. */
		speed,
		get pending() {
			return pending();
		},
		due,
		/** Resolves once no attempt is under way and nobody turns the clock. */
		async rest() {
			let seen: Promise<unknown>;
			do {
				seen = turning;
				await seen;
				await idle();
			} while (seen !== turning);
		},
		/**
		 * Makes every attempt that falls due in the time given.
		 * @throws LocalhookError `clock-is-real`, `invalid-duration`
		 */
		async advance(milliseconds: number): Promise<Turned> {
			const turned = virtual("advance");
			if (!(milliseconds >= 0 && milliseconds < Number.POSITIVE_INFINITY))
				throw new LocalhookError(
					"invalid-duration",
					`Failed to advance the clock by ${milliseconds} ms: time goes forward, and not for ever. Give a length of time such as 3d.`,
				);
			return counted(async () => {
				const until = turned.now() + milliseconds;
				if (until > latestTime)
					throw new LocalhookError(
						"invalid-duration",
						`Failed to advance the clock by ${milliseconds} ms: it would show a time after the year 9999, and no text of a time has room for that. Advance it less, or reset it.`,
					);
				while (await step(turned, until));
				turned.set(until);
				return {};
			});
		},
		/** Goes to the next due attempt and makes it. @throws LocalhookError `clock-is-real` */
		async next(): Promise<Turned & { readonly ran: Due | undefined }> {
			const turned = virtual("step");
			return counted(async () => {
				let ran = due();
				// What is called off or held when its time comes is no attempt.
				while (
					ran !== undefined &&
					(await step(turned, Math.min(ran.at, latestTime)))
				) {
					if (made > 0) return { ran };
					ran = due();
				}
				return { ran: undefined };
			});
		},
		/**
		 * Goes on until nothing is due, or until so many attempts were made. Beyond those there are only the ones that
		 * the last of them set free: deliveries that waited for their turn follow at once.
		 * @throws LocalhookError `clock-is-real`
		 */
		async drain(
			bound = defaultBound,
		): Promise<Turned & { readonly stopped: boolean }> {
			const turned = virtual("drain");
			return counted(async () => {
				let goesOn = true;
				while (goesOn && made < bound)
					goesOn = await step(turned, latestTime, bound - made);
				return { stopped: goesOn && turned.nextDue() !== undefined };
			});
		},
	};
}
