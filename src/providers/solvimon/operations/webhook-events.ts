import { textOf } from "../../../bytes.ts";
import type { Operation, Reply } from "../../../contract/operation.ts";
import type { Delivery, DeliveryState } from "../../../contract/records.ts";
import { lacks, type Permission } from "../authenticate.ts";
import { problem } from "../errors.ts";
import { testEvent } from "../events.ts";
import { list } from "../listing.ts";
import type { Solvimon, SolvimonCall } from "../shape.ts";
import { toIso } from "../time.ts";
import { malformedId, notFound, permitted } from "./guards.ts";

type OnEvent = "get-webhook-event" | "resend-webhook-event";

export const listWebhookEvents = permitted<"list-webhook-events">(
	"WEBHOOK.VIEW",
	(call) => {
		const deliveries = [...call.deliveries.newest()].filter(isListed).reverse();
		return list(
			deliveries,
			{ updated_at: ({ updatedAt }) => toIso(updatedAt) },
			call,
			present,
		);
	},
);

export const getWebhookEvent = onWebhookEvent<"get-webhook-event">(
	"WEBHOOK.VIEW",
	(_, delivery) => ({
		status: 200,
		body: present(delivery),
	}),
);

export const resendWebhookEvent = onWebhookEvent<"resend-webhook-event">(
	"WEBHOOK_EVENT_RESEND",
	(call, delivery) => {
		const again = call.deliveries.resend(delivery.id);
		if (again !== undefined) return { status: 200, body: present(again) };
		const message = `The webhook ${delivery.endpoint} is deleted, inactive or without a url.`;
		const about = {
			resource_id: delivery.endpoint,
			resource_type: "WEBHOOK",
		} as const;
		return problem(409, "INVALID_OPERATION", message, about);
	},
);

function onWebhookEvent<Name extends OnEvent>(
	permission: Permission,
	run: (call: SolvimonCall<Name>, delivery: Delivery) => Reply,
): Operation<Solvimon, Name> {
	return (call) => {
		const { resourceId: id } = call.params as { resourceId: string };
		const refused =
			lacks(permission, call.caller) ??
			malformedId(id, "whev", "WEBHOOK_EVENT");
		if (refused !== undefined) return refused;
		const delivery = call.deliveries.get(id.replace("whev_", "dlv_"));
		return delivery !== undefined && isListed(delivery)
			? run(call, delivery)
			: notFound(id, "WEBHOOK_EVENT");
	};
}

/** Tests are reported where they are asked for, and are no events of the platform's. */
function isListed({ event }: Delivery): boolean {
	return event.type !== testEvent;
}

const statuses: Readonly<Record<DeliveryState, string>> = {
	pending: "PENDING",
	delivered: "SUCCEEDED",
	failed: "FAILED",
	cancelled: "FAILED",
};

/** A webhook event is one of our deliveries under the provider's name for it. */
function present({
	id,
	endpoint,
	event,
	state,
	createdAt,
	updatedAt,
	body,
}: Delivery): object {
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
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}
