import { problem } from "../errors.ts";
import { retire, roll } from "../secrets.ts";
import { announce } from "./announce.ts";
import { onWebhook } from "./guards.ts";

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
