import { list } from "../listing.ts";
import { checkSettings, defaults, taken, withSettings } from "../settings.ts";
import { createWebhook as newWebhook, present } from "../webhook.ts";
import { announce } from "./announce.ts";
import { onWebhook, permitted } from "./guards.ts";

export const listWebhooks = permitted<"list-webhooks">("WEBHOOK.VIEW", (call) =>
	list(
		call.state.webhooks.values(),
		{
			id: ({ id }) => id,
			name: ({ name }) => name ?? "",
			reference: ({ reference }) => reference ?? "",
		},
		call,
		(webhook) => present(webhook, call),
	),
);

export const createWebhook = permitted<"create-webhook">(
	"WEBHOOK.CREATE",
	(call) => {
		const settings = withSettings(defaults, call.body);
		const refused =
			checkSettings(settings, call) ??
			taken(settings.reference, undefined, call);
		if (refused !== undefined) return refused;
		return announce(
			call,
			"CREATED",
			call.state.webhooks.put(newWebhook(settings, call)),
		);
	},
);

export const getWebhook = onWebhook<"get-webhook">(
	"WEBHOOK.VIEW",
	(call, webhook) => ({
		status: 200,
		body: present(webhook, call),
	}),
);

export const updateWebhook = onWebhook<"update-webhook">(
	"WEBHOOK.UPDATE",
	(call, webhook) => {
		const settings = withSettings(webhook, call.body ?? {});
		const refused =
			checkSettings(settings, call) ??
			taken(settings.reference, webhook.id, call);
		if (refused !== undefined) return refused;
		return announce(
			call,
			"UPDATED",
			call.state.webhooks.put({ ...webhook, ...settings }),
			webhook,
		);
	},
);

/** Answers 200 with the webhook, not 204: https://docs.solvimon.com/openapi.yaml */
export const deleteWebhook = onWebhook<"delete-webhook">(
	"WEBHOOK.DELETE",
	(call, webhook) => {
		const reply = announce(call, "DELETE", webhook, webhook);
		call.state.webhooks.delete(webhook.id);
		return reply;
	},
);
