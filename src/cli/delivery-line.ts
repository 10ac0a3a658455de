import { printableLine } from "../printing.ts";
import type { DeliverySummary, DueAttempt } from "./answers.ts";

/** A delivery on one line: id, provider, event type, where to, and how it stands. */
export function deliveryLine(delivery: DeliverySummary): string {
	const { id, provider, type, url, state, attempts, reason, nextAt } = delivery;
	const last = delivery.lastStatus ?? delivery.lastError;
	const how = [
		attempts === 1 ? "1 attempt" : `${attempts} attempts`,
		last !== undefined && `last ${last}`,
		nextAt !== undefined && `next ${nextAt}`,
		reason,
	].filter(Boolean);
	return printableLine(
		[id, provider, `${type} → ${url}`, state, how.join(", ")].join("  "),
	);
}

/** An attempt that is due, or was. */
export function dueLine({
	at,
	delivery,
	provider,
	type,
	attempt,
}: DueAttempt): string {
	return printableLine(
		[at, provider, type, `${delivery} #${attempt}`].join("  "),
	);
}
