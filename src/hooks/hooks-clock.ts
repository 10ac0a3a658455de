import { parseDuration } from "../duration.ts";
import type { Engine } from "../engine/engine.ts";
import { checkShape, whole } from "../engine/shape.ts";
import type { Turned } from "../engine/time.ts";
import { bordered } from "./border.ts";
import { type DeliveryHandle, handleOf } from "./delivery-handle.ts";
import type { Owed } from "./owed.ts";

/** The time at the providers. Turning it needs a virtual clock. */
export interface HooksClock {
	now(): Date;
	/**
	 * Makes every attempt that falls due in the time given.
	 *
	 * @param time milliseconds, or a text such as `3d`
	 * @throws LocalhookError `clock-is-real`, `invalid-duration`
	 */
	advance(time: number | string): Promise<Turned>;
	/** Goes to the next due attempt and makes it. @throws LocalhookError `clock-is-real` */
	next(): Promise<Turned>;
	/**
	 * Goes on until nothing is due, or until so many attempts were made; default 100,000.
	 *
	 * @throws LocalhookError `clock-is-real`
	 */
	drain(options?: { readonly attempts?: number }): Promise<Turned>;
	/** The delivery whose attempt comes next, at its `nextAt`; undefined: nothing is due. */
	due(): DeliveryHandle | undefined;
}

/** @param caughtUp resolves once what was asked for before is done */
export function clockOf(
	engine: Engine,
	owed: Owed,
	caughtUp: () => Promise<void>,
): HooksClock {
	const { clock, time } = engine;
	return bordered(engine, {
		now: () => new Date(clock.now()),
		async advance(by) {
			const milliseconds = inMilliseconds(by);
			await caughtUp();
			return time.advance(milliseconds);
		},
		async next() {
			await caughtUp();
			return time.next();
		},
		async drain(options = {}) {
			checkShape(options, { attempts: whole(1) }, "drain");
			await caughtUp();
			return time.drain(options.attempts);
		},
		due() {
			owed.publish();
			const due = time.due();
			return due && handleOf(engine, due.delivery);
		},
	});
}

export function inMilliseconds(time: number | string): number {
	return typeof time === "number" ? time : parseDuration(time);
}
