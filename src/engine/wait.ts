import type { Delivery } from "../contract/records.ts";
import { type Clock, keepAlive } from "../delivery/clock.ts";
import type { Journal } from "../delivery/journal.ts";
import { queueMicrotask } from "../delivery/real-timers.ts";
import { soonest } from "../delivery/schedule.ts";
import { formatDuration } from "../duration.ts";
import { LocalhookError } from "../errors.ts";
import { describeMiss, nearestMisses } from "../query/nearest-misses.ts";
import type { Query } from "../query/parse.ts";

export interface WaitOptions {
	/** How many must match; default 1. */
	readonly count?: number | undefined;
	/** Real milliseconds; default 30,000. */
	readonly timeout?: number | undefined;
	readonly signal?: AbortSignal | undefined;
}

interface Around {
	readonly journal: Journal;
	readonly clock: Clock;
	/** Aborted when nothing more is to come. */
	readonly closing: AbortSignal;
}

/**
 * Waits until enough deliveries match a query, whether they do already or not. Until then it keeps the process alive.
 *
 * @returns those that match, oldest first
 * @throws LocalhookError `wait-timed-out`, with the deliveries that come nearest; `stopped`
 */
export async function wait(
	query: Query,
	{ count = 1, timeout = 30_000, signal }: WaitOptions,
	around: Around,
): Promise<readonly Delivery[]> {
	const { journal, clock, closing } = around;
	const { text } = query;
	const found = () =>
		[...journal.newest()]
			.filter((delivery) => query.matches(delivery, clock.now()))
			.reverse();
	signal?.throwIfAborted();
	if (closing.aborted) throw stopped(text);
	const matching = new Set(found());
	if (matching.size >= count) return [...matching];
	return new Promise((resolve, reject) => {
		const letGo = keepAlive();
		const touched = new Set<Delivery>();
		const cancel = clock.after(timeout, () => {
			end();
			// Some terms are about the time that has passed.
			const late = found();
			if (late.length >= count) resolve(late);
			else reject(missed(query, count, timeout, late.length, around));
		});
		function aborted(): void {
			end();
			reject(closing.aborted ? stopped(text) : signal?.reason);
		}
		signal?.addEventListener("abort", aborted, { once: true });
		closing.addEventListener("abort", aborted, { once: true });
		const unsubscribe = journal.subscribe((entry) => {
			if (!("delivery" in entry)) return;
			// Not at once: an attempt is told of before what becomes of its delivery.
			if (touched.size === 0) queueMicrotask(look);
			touched.add(entry.delivery);
		});
		function look(): void {
			for (const delivery of touched) {
				if (query.matches(delivery, clock.now())) matching.add(delivery);
				else matching.delete(delivery);
			}
			touched.clear();
			if (matching.size < count) return;
			end();
			const inOrder = found();
			resolve(inOrder.length >= count ? inOrder : [...matching]);
		}
		function end(): void {
			letGo();
			cancel();
			unsubscribe();
			signal?.removeEventListener("abort", aborted);
			closing.removeEventListener("abort", aborted);
		}
	});
}

function stopped(text: string): LocalhookError {
	return new LocalhookError(
		"stopped",
		`Failed to see deliveries of ${JSON.stringify(text)}: localhook was stopped. Wait for them before it is.`,
	);
}

/** Says when the next attempt is due, where waiting in real time will not bring it. */
function clockHint(journal: Journal, clock: Clock): string {
	if (!("step" in clock)) return "";
	const due = soonest([...journal.newest()].map((delivery) => ({ delivery })));
	if (due === undefined) return "";
	const left = formatDuration(Math.max(0, due.at - clock.now()));
	return ` The clock stands still, and the next attempt is due in ${left}: advance the clock to make it.`;
}

function missed(
	query: Query,
	count: number,
	timeout: number,
	found: number,
	{ journal, clock }: Around,
): LocalhookError {
	const nearest = nearestMisses(query, journal.newest(), clock.now());
	const waits = clockHint(journal, clock);
	const close =
		nearest.length === 0
			? "There are no others."
			: `Nearest: ${nearest.map(describeMiss).join("; ")}.`;
	const summary = `Failed to see ${count} ${count === 1 ? "delivery" : "deliveries"} of ${JSON.stringify(query.text)}: there ${found === 1 ? "was" : "were"} ${found} after ${formatDuration(timeout)}.${waits}`;
	return new LocalhookError("wait-timed-out", `${summary} ${close}`, {
		details: { found, summary },
		cause: nearest,
	});
}
