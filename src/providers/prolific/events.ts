import type { Delivery, DeliveryState } from "../../contract/records.ts";
import { events } from "../../generated/constants-prolific.ts";
import { parsedJson } from "../../json.ts";
import { refusal } from "./errors.ts";
import type { Context, Operations } from "./shape.ts";
import { onSubscription } from "./subscriptions.ts";

const statuses = ["PENDING", "SUCCEEDED", "FAILED"] as const;
type Status = (typeof statuses)[number];

const statusOf: Readonly<Record<DeliveryState, Status>> = {
	pending: "PENDING",
	delivered: "SUCCEEDED",
	failed: "FAILED",
	// Prolific has no word for a delivery that was given up because its subscription was switched off.
	cancelled: "FAILED",
};

export const eventOperations: Operations = {
	"get-event-types"() {
		const results = Object.entries(events).map(([event_type, { summary }]) => ({
			event_type,
			description: summary,
		}));
		return { status: 200, body: { results } };
	},
	/** A record for each event and subscription, oldest first; attempts are not part of it. */
	"get-events": onSubscription((call, { id }) => {
		const { status, resource_id, offset, limit } = call.query;
		const wanted = status === undefined ? statuses : readStatuses(status);
		if (wanted === undefined) {
			const rule = `"${status}" is not a status; give one of ${statuses.join(", ")}, or several as a JSON array.`;
			return refusal(400, { status: [rule] });
		}
		const matching = [...call.deliveries.of(id)].filter(
			(delivery) =>
				wanted.includes(statusOf[delivery.state]) &&
				(resource_id === undefined ||
					delivery.event.payload.resource_id === resource_id),
		);
		const results = matching
			.slice(offset, offset + limit)
			.map((delivery) => present(delivery, call));
		return { status: 200, body: { results, meta: { count: matching.length } } };
	}),
};

function readStatuses(text: string): readonly Status[] | undefined {
	const given = text.startsWith("[") ? parsedJson(text) : [text];
	const known = (each: unknown): each is Status =>
		statuses.includes(each as Status);
	return Array.isArray(given) && given.every(known) ? given : undefined;
}

function present(
	{ id, event, url, state, createdAt, updatedAt }: Delivery,
	{ random }: Context,
): object {
	return {
		// Prolific's ids are 24 hexadecimal digits; ours for deliveries are not.
		id: random.fork(`event/${id}`).hex(24),
		datetime_created: toTimestamp(createdAt),
		datetime_updated: toTimestamp(updatedAt),
		event_type: event.type,
		resource_id: String(event.payload.resource_id ?? ""),
		status: statusOf[state],
		target_url: url,
		payload: event.payload,
	};
}

/** UTC with six decimals, as in the reference's example. */
function toTimestamp(milliseconds: number): string {
	return new Date(milliseconds).toISOString().replace("Z", "000Z");
}
