import type { Reply } from "../../../contract/operation.ts";
import { webAddress } from "../../../web-address.ts";
import { refuse } from "../errors.ts";
import type { Call, Context } from "../shape.ts";
import { present, register } from "../webhooks.ts";

export function listWebhooks(call: Call<"list-webhooks">): Reply {
	return {
		status: 200,
		body: [...call.state.webhooks.values()].map((webhook) =>
			present(webhook, call),
		),
	};
}

export function createWebhook(call: Call<"create-webhook">): Reply {
	const { url, events = [] } = call.body;
	if (webAddress(url) === null) return refuseUrl(url, call);
	return { status: 200, body: present(register(url, events, call), call) };
}

/** Replaces the events. Neither the URL nor `disabled` can be changed. */
export function updateWebhook(call: Call<"update-webhook">): Reply {
	const webhook = call.state.webhooks.get(call.params.webhookId);
	if (webhook === undefined) return unknownWebhook(call.params.webhookId, call);
	return {
		status: 200,
		body: present(
			call.state.webhooks.put({ ...webhook, events: call.body.events }),
			call,
		),
	};
}

export function deleteWebhook(call: Call<"delete-webhook">): Reply {
	const { webhookId: id } = call.params;
	return call.state.webhooks.delete(id)
		? { status: 200, body: { id, deleted: true } }
		: unknownWebhook(id, call);
}

function refuseUrl(url: string, context: Context): Reply {
	const message = `must be an http:// or https:// URL; "${url}" is not`;
	return refuse(
		{
			kind: "invalid",
			violations: [{ in: "body", field: "url", keyword: "format", message }],
		},
		context,
	);
}

function unknownWebhook(id: string, context: Context): Reply {
	return refuse({ kind: "not-found", resource: "webhook", id }, context);
}
