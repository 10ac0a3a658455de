import type { Delivery, EventRecord } from "../contract/records.ts";
import { keepAlive, turn } from "../delivery/clock.ts";
import type { Engine } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { placed } from "./border.ts";
import {
	describeUndelivered,
	describeUnmatched,
	standstill,
} from "./undelivered.ts";

/** How often deliveries that wait are looked at: an outage can stop them without an attempt. */
const interval = 1000;

/**
 * Resolves once every delivery of an event has ended, one way or the other. A test that waits for one that stands still
 * would hang without a word, so that is an error. So is an event that nobody gets: a test that awaits it means to see it
 * arrive. To be called by the getter that the user's code reads.
 *
 * @param view what it resolves with
 * @throws LocalhookError `not-settled` when one of them waits for what does not come by itself, or there is none
 */
export function settled<View>(
	engine: Engine,
	event: EventRecord,
	deliveries: readonly Delivery[],
	view: View,
): Promise<View> {
	const ended =
		deliveries.length === 0
			? Promise.reject(notSettled(describeUnmatched(engine, event)))
			: watched(engine, deliveries);
	const settling = placed(
		ended.then(() => view),
		settled,
		1,
	);
	// A test that reads it early and awaits it late is told then.
	settling.catch(() => {});
	return settling;
}

function watched(
	engine: Engine,
	deliveries: readonly Delivery[],
): Promise<void> {
	const pending = () => deliveries.filter(({ state }) => state === "pending");
	if (pending().length === 0) return Promise.resolve();
	return new Promise((resolve, reject) => {
		const letGo = keepAlive();
		let cancel = () => {};
		let hasEnded = false;
		const unsubscribe = engine.journal.subscribe((entry) => {
			if (entry.kind === "settled" && pending().length === 0) end(resolve);
		});
		function end(tell: () => void): void {
			hasEnded = true;
			letGo();
			cancel();
			unsubscribe();
			tell();
		}
		async function look(): Promise<void> {
			// What is done beside this promise counts, such as a clock that is turned.
			await turn();
			await engine.time.rest();
			if (hasEnded) return;
			if (pending().some((each) => standstill(engine, each) !== undefined)) {
				const missing = deliveries.filter(({ state }) => state !== "delivered");
				const text = await describeUndelivered(engine, deliveries, missing);
				if (!hasEnded) end(() => reject(notSettled(text, missing)));
			} else cancel = engine.clock.after(interval, () => void look());
		}
		void look();
	});
}

/** What a receiver in this process threw is the cause: a test runner shows where. */
function notSettled(
	text: string,
	missing: readonly Delivery[] = [],
): LocalhookError {
	const [cause] = missing.flatMap(
		({ attempts }) => attempts.at(-1)?.error?.cause ?? [],
	);
	return new LocalhookError("not-settled", text, { cause });
}
