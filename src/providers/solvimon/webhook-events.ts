import { textOf } from "../../bytes.ts";
import type { Reply } from "../../contract/operation.ts";
import type { Delivery, DeliveryState } from "../../contract/records.ts";
import { parsedJson } from "../../json.ts";
import { conflict, isListed, onWebhookEvent } from "./access.ts";
import { problem } from "./errors.ts";
import type { Call, Operations } from "./shape.ts";
import { toIso } from "./webhook.ts";

export const eventOperations: Operations = {
	"list-webhook-events"(call) {
		const deliveries = [...call.deliveries.newest()].filter(isListed).reverse();
		const orders: Orders<Delivery> = {
			updated_at: (row) => toIso(row.updatedAt),
		};
		return list(deliveries, orders, call, present);
	},
	"get-webhook-event": onWebhookEvent((_, delivery) => ({
		status: 200,
		body: present(delivery),
	})),
	"resend-webhook-event": onWebhookEvent((call, delivery) => {
		const again = call.deliveries.resend(delivery.id);
		if (again !== undefined) return { status: 200, body: present(again) };
		const message = `The webhook ${delivery.endpoint} is deleted, inactive or without a url.`;
		return conflict(delivery.endpoint, message);
	}),
};

const statuses: Readonly<Record<DeliveryState, string>> = {
	pending: "PENDING",
	delivered: "SUCCEEDED",
	failed: "FAILED",
	cancelled: "FAILED",
};

/** A webhook event is one of our deliveries under the provider's name for it. */
function present(delivery: Delivery): object {
	const { id, endpoint, event, state, createdAt, updatedAt, body } = delivery;
	return {
		object_type: "WEBHOOK_EVENT",
		id: id.replace("dlv_", "whev_"),
		webhook_id: endpoint,
		type: event.type,
		status: statuses[state],
		created_at: toIso(createdAt),
		updated_at: toIso(updatedAt),
		payload: payloadOf(body),
	};
}

/** As it was sent: bytes of the user's own need not be JSON. */
function payloadOf(body: Uint8Array): unknown {
	const text = textOf(body);
	const value = parsedJson(text);
	return value === undefined ? text : value;
}

type Orders<Row> = Readonly<Record<string, (row: Row) => string>>;

/** One page of rows that come oldest first: https://docs.solvimon.com/docs/query-parameters */
export function list<Row>(
	rows: Iterable<Row>,
	orders: Orders<Row>,
	{ query, request }: Pick<Call<"list-webhooks">, "query" | "request">,
	present: (row: Row) => object,
): Reply {
	const { limit, page, order_by: orderBy = "created_at" } = query;
	const ordered = [...rows];
	if (orderBy !== "created_at") {
		const textOf = Object.hasOwn(orders, orderBy) ? orders[orderBy] : undefined;
		if (textOf === undefined)
			return unknownOrder(orderBy, ["created_at", ...Object.keys(orders)]);
		ordered.sort((a, b) => compare(textOf(a), textOf(b)));
	}
	if (query.order_direction === "desc") ordered.reverse();

	const pages = Math.ceil(ordered.length / limit);
	const sent = Object.entries(query).map(([name, value]) => [
		name,
		String(value),
	]);
	const link = (to: number) =>
		`${request.path}?${new URLSearchParams({ ...Object.fromEntries(sent), page: String(to) })}`;
	const links = {
		first: link(1),
		previous: page > 1 ? link(page - 1) : null,
		current: link(page),
		next: page < pages ? link(page + 1) : null,
	};
	const data = ordered.slice((page - 1) * limit, page * limit).map(present);
	return {
		status: 200,
		body: { data, links, limit, page, total_number_of_pages: pages },
	};
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}

function unknownOrder(given: string, known: readonly string[]): Reply {
	const message = `The value of order_by is "${given}". Use ${known.join(", ")}.`;
	return problem(400, "INVALID_FIELD", message, { field: "order_by" });
}
