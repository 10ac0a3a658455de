import type { Endpoint } from "../../contract/operation.ts";
import type { CollectionSpec, EventRecord } from "../../contract/records.ts";
import type { Outcome } from "../../provider.ts";
import type { Context, Webhook } from "./shape.ts";
import { webhookSecrets } from "./webhook-secret.ts";

/** Webhooks, found by the events they get. */
export const webhookCollection: CollectionSpec<Webhook> = {
	schema: "Webhook",
	key: "id",
	indexes: {
		event: ({ events, disabled }) =>
			disabled ? [] : events.includes("*") ? ["*"] : events,
	},
};

/** Registers a URL under the next id. */
export function register(
	url: string,
	events: Webhook["events"],
	context: Context,
): Webhook {
	const id = context.random.stream("webhooks").hex(24);
	return context.state.webhooks.put({
		id,
		events,
		url,
		failureCount: 0,
		disabled: false,
	});
}

/** A webhook as the API shows it. */
export function present(
	{ id, events, url, disabled }: Webhook,
	{ deliveries }: Context,
): Webhook {
	return {
		id,
		events,
		url,
		failureCount: deliveries.health(id).failures,
		disabled,
	};
}

/** Who gets an event. */
export function endpoints({ type }: EventRecord, context: Context): Endpoint[] {
	const { webhooks } = context.state;
	return [...webhooks.by("event", type), ...webhooks.by("event", "*")].map(
		(webhook) => toEndpoint(webhook, context),
	);
}

/** A webhook as a receiver of deliveries, while it is one. */
export function endpoint(id: string, context: Context): Endpoint | undefined {
	const webhook = context.state.webhooks.get(id);
	return webhook === undefined || webhook.disabled
		? undefined
		: toEndpoint(webhook, context);
}

/** Switches a webhook off once it has failed too often, when the options say that there is a limit. */
export function disableFailing(
	{ delivery, health }: Outcome,
	{ options, state }: Context,
): void {
	if (
		options.disableAfter === "never" ||
		health.failures < Number(options.disableAfter)
	)
		return;
	const webhook = state.webhooks.get(delivery.endpoint);
	if (webhook !== undefined && !webhook.disabled)
		state.webhooks.put({ ...webhook, disabled: true });
}

function toEndpoint({ id, url }: Webhook, context: Context): Endpoint {
	return { id, url, secrets: webhookSecrets(context) };
}
