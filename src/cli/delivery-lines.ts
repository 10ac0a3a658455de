import { dateTime } from "../engine/entry-lines.ts";
import { printableLine } from "../printing.ts";
import type { DeliverySummary, DueAttempt } from "./answers.ts";
import { noted, table } from "./table.ts";

/** Deliveries in columns: id, provider, event type, where to, and how each stands. */
export function deliveryLines(list: readonly DeliverySummary[]): string[] {
	const lines = table(
		list.map(({ id, provider, event, url, state }) => {
			return [id, provider, event.type, url, state];
		}),
	);
	return list.flatMap((each, index) => noted(lines[index], historyOf(each)));
}

/** What the state does not say by itself. */
function historyOf(delivery: DeliverySummary): string[] {
	const { state, attempts, reason, nextAt, lastStatus, lastError } = delivery;
	// Of a refused receiver, both say the same.
	const last = lastStatus ?? (lastError === reason ? undefined : lastError);
	const isTold = attempts > (state === "delivered" ? 1 : 0);
	const known = [
		isTold && (attempts === 1 ? "1 attempt" : `${attempts} attempts`),
		isTold && last !== undefined && `last ${last}`,
		isTold && nextAt !== undefined && `next attempt ${dateTime(nextAt)}`,
		reason,
	];
	return known.filter(Boolean).join(", ").split(" ").filter(Boolean);
}

/** An attempt that is due, or was. */
export function dueLine(due: DueAttempt): string {
	const { at, delivery, provider, event, attempt } = due;
	const what = `${event.type} #${attempt}`;
	return printableLine([dateTime(at), provider, what, delivery].join("  "));
}
