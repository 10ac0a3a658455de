import { formatDuration } from "../duration.ts";
import { dateTime } from "../engine/entry-lines.ts";
import { printableLine } from "../printing.ts";
import type { Schemas } from "./client.ts";
import type { Server } from "./connect.ts";
import { exitCodes } from "./exit-codes.ts";
import { noted, table } from "./table.ts";

type Summary = Schemas["DeliverySummary"];

/** Deliveries in columns: id, provider, event type, where to, and how each stands. */
export function deliveryLines(list: readonly Summary[]): string[] {
	const lines = table(
		list.map(({ id, provider, event, url, state }) => {
			return [id, provider, event.type, url, state];
		}),
	);
	return list.flatMap((each, index) => noted(lines[index], historyOf(each)));
}

/** What the state does not say by itself. */
function historyOf(delivery: Summary): string[] {
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
export function dueLine(due: NonNullable<Schemas["Due"]>): string {
	const { at, delivery, provider, event, attempt } = due;
	const what = `${event.type} #${attempt}`;
	return printableLine([dateTime(at), provider, what, delivery].join("  "));
}

export const slow =
	"Waiting for the first attempt, 30s at most. --no-wait does without.";

/**
 * Tells what deliveries that were just sent wait for, and how to go on; of many, for the first that has not arrived.
 * Ends with `usage` where the server may not deliver to a receiver.
 */
export async function sayOutcome(
	deliveries: readonly Summary[],
	{ client, say, json, finish }: Server,
): Promise<void> {
	const refused = deliveries.some(
		({ lastErrorCode }) => lastErrorCode === "refused-receiver",
	);
	if (refused) finish(exitCodes.usage);
	const late = deliveries.filter(({ state }) => state !== "delivered");
	const [first] = late;
	if (json || first === undefined) return;
	const { id, provider, endpoint, attempts, held, nextAt } = first;
	if (nextAt !== undefined) {
		// What was sent was sent, even if the server is gone by now.
		const clock = await client.get("/clock").catch(() => undefined);
		if (clock === undefined) return;
		const left = Math.max(0, Date.parse(nextAt) - Date.parse(clock.now));
		const next =
			clock.mode === "real"
				? `"localhook attempt ${id}" makes it now.`
				: `"localhook clock next" makes it now, "localhook clock advance <duration>" lets time pass.`;
		say(
			`Attempt ${attempts + 1} of ${id} is due in ${formatDuration(left)} by the ${clock.mode} clock. ${next}`,
		);
	} else if (held !== undefined)
		say(
			`${id} is held: ${held}. "localhook endpoint resume ${provider} ${endpoint}" lets it go on.`,
		);
	else if (first.state === "pending")
		say(
			`${id} waits for the receiver's answer, or behind an earlier delivery. "localhook wait id:${id} state:delivered" waits on.`,
		);
	if (attempts > 0)
		say(`"localhook show ${id}" shows the request and what came back.`);
	if (late.length > 1)
		say(
			`${late.length} have not arrived: "localhook log -- -state:delivered".`,
		);
}
