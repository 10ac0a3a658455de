import type { Reply } from "../../../contract/operation.ts";
import { problem } from "../errors.ts";
import { events, testEvent } from "../events.ts";
import { list } from "../listing.ts";
import { announce } from "../payload.ts";
import { retire, roll } from "../secrets.ts";
import { checkSettings, defaults, withSettings } from "../settings.ts";
import type { SolvimonContext } from "../shape.ts";
import { createWebhook as newWebhook, present } from "../webhook.ts";
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
		const { body, options, state } = call;
		const refused = checkSettings(body, options) ?? taken(body.reference, call);
		if (refused !== undefined) return refused;
		const webhook = newWebhook(withSettings(defaults, body), call);
		return announce(call, "CREATED", state.webhooks.put(webhook));
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
		const { body = {}, options, state } = call;
		const refused =
			checkSettings(body, options) ?? taken(body.reference, call, webhook.id);
		if (refused !== undefined) return refused;
		const changed = { ...webhook, ...withSettings(webhook, body) };
		return announce(call, "UPDATED", state.webhooks.put(changed), webhook);
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

/** The reply when another webhook has the reference; undefined: it is free, or there is none. */
function taken(
	reference: string | null | undefined,
	{ state }: SolvimonContext,
	ownId?: string,
): Reply | undefined {
	if (reference == null) return undefined;
	const holder = state.webhooks
		.by("reference", reference)
		.find(({ id }) => id !== ownId);
	if (holder === undefined) return undefined;
	const message = `The webhook ${holder.id} has the reference "${reference}" already.`;
	const about = {
		field: "reference",
		resource_id: holder.id,
		resource_type: "WEBHOOK",
	} as const;
	return problem(409, "RESOURCE_ALREADY_EXISTS", message, about);
}

/** All of them at once: the reply has no fields for pages, though the request has parameters for them. */
export const listWebhookActions = permitted<"list-webhook-actions">(
	"WEBHOOK.VIEW",
	() => {
		const actions = new Map<string, string[]>();
		for (const event of Object.keys(events)) {
			if (event === testEvent) continue;
			const [resource, action] = event.split(".") as [string, string];
			actions.set(resource, [...(actions.get(resource) ?? []), action]);
		}
		return {
			status: 200,
			body: {
				data: [...actions].map(([object_type, names]) => ({
					object_type,
					actions: names,
				})),
			},
		};
	},
);

/** The body looks like an update, but the secret alone changes. */
export const rollWebhookSecret = onWebhook<"roll-webhook-secret">(
	"WEBHOOK.UPDATE",
	(call, webhook) => {
		if (call.body === undefined && call.options.generation === "older") {
			const fields = "active, include_previous_data and authentication_type";
			return problem(
				400,
				"BAD_REQUEST",
				`The body is missing. Send a JSON object with ${fields}.`,
			);
		}
		return announce(
			call,
			"UPDATED",
			call.state.webhooks.put(roll(webhook, call)),
			webhook,
		);
	},
);

export const removeWebhookSecret = onWebhook<"remove-webhook-secret">(
	"WEBHOOK.UPDATE",
	(call, webhook) =>
		announce(
			call,
			"UPDATED",
			call.state.webhooks.put(retire(webhook, call)),
			webhook,
		),
);
