import {
	delivery,
	documented,
	signature,
} from "../../generated/constants-solvimon.ts";
import { defineProvider } from "../../provider.ts";
import { bodyOf, under } from "../../provider-helpers.ts";
import { createSigner } from "../../signing/signer.ts";
import { authentication, guarded } from "./access.ts";
import { envelope, isListening, receivers } from "./deliveries.ts";
import { idempotency, refuse } from "./errors.ts";
import type { Solvimon } from "./shape.ts";
import {
	defaults,
	newId,
	createWebhook as newWebhook,
	roll,
	validSecrets,
} from "./webhook.ts";
import { eventOperations } from "./webhook-events.ts";
import { webhookOperations } from "./webhooks.ts";

export default defineProvider<Solvimon>({
	...documented,
	title: "Solvimon",
	collections: {
		webhooks: {
			schema: "KeptWebhook",
			key: "id",
			/** By what they listen to, so that an event finds its receivers without a scan. */
			indexes: {
				reference: ({ reference }) => (reference === null ? [] : [reference]),
				action: (webhook) =>
					isListening(webhook) ? (webhook.included_actions ?? []) : [],
				// An index of its own: an action is text of the customer's, so no value of it could stand for "all".
				everything: (webhook) =>
					isListening(webhook) && !webhook.included_actions?.length
						? ["listens"]
						: [],
			},
		},
	},
	operations: guarded({ ...webhookOperations, ...eventOperations }),
	authentication,
	// Live customers have a host of their own: https://docs.solvimon.com/api-docs/solvimon-api/base-url. Those left
	// out are Solvimon's documentation, web application, tokens and site.
	hosts: /(?!(?:docs|desk|identity|www)\.)[a-z0-9-]+\.solvimon\.com/,
	refuse,
	idempotency,
	replyHeaders: ({ random }) => ({ "X-REQUEST-ID": newId("reqr", random) }),
	requestSchemas({ generation }) {
		if (generation === "both") return {};
		const create =
			generation === "newer"
				? "WebhookCreateRequestNewer"
				: "WebhookCreateRequestOlder";
		return {
			"create-webhook": create,
			"test-connection": create,
			...(generation === "older" && {
				"roll-webhook-secret": "WebhookRollRequestOlder",
			}),
		};
	},
	receivers,
	ownedSecrets: {
		owners: ({ state }) => Array.from(state.webhooks.values(), ({ id }) => id),
		of(owner, { state, now }) {
			const webhook = state.webhooks.get(owner);
			return webhook && validSecrets(webhook, now());
		},
		roll(owner, context) {
			const webhook = context.state.webhooks.get(owner);
			if (webhook !== undefined)
				context.state.webhooks.put(roll(webhook, context));
		},
	},
	subscribe(url, context) {
		const own = { url, name: "localhook", reference: "localhook" };
		const settings = { ...defaults, ...own };
		context.state.webhooks.put(roll(newWebhook(settings, context), context));
	},

	eventId: ({ random }) => newId("evnt", random),
	eventFields: (event, _, context) => envelope(event, context),
	encode: (
		{ payload: { previous_data = null, ...current } },
		{ includePrevious },
		{ json },
	) => ({
		body: bodyOf(
			includePrevious ? { ...current, previous_data } : current,
			json,
		),
		headers: { "Content-Type": "application/json" },
	}),
	signer: (options) => createSigner(under(options, signature)),
	delivery: (options) => under(options, delivery),
});
