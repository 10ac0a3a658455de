import type { Context, Endpoint } from "../../contract/operation.ts";
import type { CollectionSpec } from "../../contract/records.ts";
import type { OpenFormat, SubscribableEvent, Webhook } from "./shape.ts";

const everything: readonly SubscribableEvent[] = ["transaction"];

export const webhooks: CollectionSpec<Webhook> = {
	schema: "Webhook",
	key: "id",
	indexes: { event: listensTo },
};

/** Nobody subscribes to `test`; one that is made by hand goes to every webhook that is enabled. */
function listensTo({ disabled, events }: Webhook): readonly string[] {
	if (disabled) return [];
	return [...(events.length === 0 ? everything : events), "test"];
}

interface NewWebhook {
	readonly url: string;
	readonly events?: readonly SubscribableEvent[] | undefined;
	readonly enabled: boolean;
}

/** Keeps a new webhook. There is no way to delete one, so their number gives the next id. */
export function addWebhook(
	{ url, events = [], enabled }: NewWebhook,
	{ state, now }: Context<OpenFormat>,
): Webhook {
	const created_at = toPostgresTime(now());
	return state.webhooks.put({
		id: state.webhooks.size + 1,
		url,
		events,
		disabled: !enabled,
		disabled_at: enabled ? null : created_at,
		created_at,
	});
}

export function toEndpoint({ id, url }: Webhook, secret: string): Endpoint {
	return { id: String(id), url, secrets: [secret] };
}

/**
 * A time as PostgreSQL writes it, which is how the API gives it: `2024-01-23 01:23:45.55+00`.
 * https://docs.openformat.tech/api-reference/endpoint/webhook/post-webhook
 */
export function toPostgresTime(at: number): string {
	return new Date(at)
		.toISOString()
		.replace("T", " ")
		.replace(/\.?0*Z$/, "+00");
}
