import { textOf } from "../../bytes.ts";
import type { Deliveries } from "../../contract/operation.ts";
import type { Attempt, Delivery } from "../../contract/records.ts";
import { toIso } from "./time.ts";

/** The delivery that holds up a webhook's later ones: it has failed and waits for its next attempt. */
export function stuckDelivery(
	webhook: string,
	deliveries: Deliveries,
): Delivery | undefined {
	if (deliveries.health(webhook).failures === 0) return undefined;
	for (const delivery of deliveries.of(webhook)) {
		if (delivery.state === "pending" && delivery.attempts.length > 0)
			return delivery;
	}
	return undefined;
}

/** The two fields of a webhook that show its penalty box. */
export function penaltyBox(
	webhook: string,
	deliveries: Deliveries,
): { penalty_box: string | null; penalty_box_data: object | null } {
	const stuck = stuckDelivery(webhook, deliveries);
	if (stuck === undefined) return { penalty_box: null, penalty_box_data: null };
	const { attempts, nextAt, body } = stuck;
	return {
		penalty_box: "IN_PENALTY_BOX",
		penalty_box_data: {
			retry_count: attempts.length - 1,
			retry_at: nextAt === undefined ? null : toIso(nextAt),
			cause: describe(attempts.at(-1)),
			payload: textOf(body),
		},
	};
}

/** How a receiver reacted, in a sentence. */
export function describe(attempt: Attempt | undefined): string {
	if (attempt?.response !== undefined)
		return `The receiver answered ${attempt.response.status}`;
	return `The receiver did not answer: ${attempt?.error?.message ?? "no request was made"}`;
}
