import { defineProvider } from "../../provider.ts";
import {
	authenticate,
	authorize,
	checkCredential,
	readPinned,
} from "./authenticate.ts";
import { refuse } from "./errors.ts";
import { events } from "./events.ts";
import { idempotency } from "./idempotency.ts";
import {
	sendPenaltyBoxPayload,
	sendTest,
	testConnection,
} from "./operations/connection.ts";
import {
	getWebhookEvent,
	listWebhookEvents,
	resendWebhookEvent,
} from "./operations/webhook-events.ts";
import {
	createWebhook,
	deleteWebhook,
	getWebhook,
	listWebhookActions,
	listWebhooks,
	removeWebhookSecret,
	rollWebhookSecret,
	updateWebhook,
} from "./operations/webhooks.ts";
import { encode, envelope } from "./payload.ts";
import {
	isListening,
	listensTo,
	receiverOf,
	receiversOf,
	webhookIndexes,
} from "./receivers.ts";
import { roll, validSecrets } from "./secrets.ts";
import { defaults } from "./settings.ts";
import { options, type Solvimon, subscriptions } from "./shape.ts";
import { createSigner, policy } from "./signing.ts";
import { flawOfSaved, newId, createWebhook as newWebhook } from "./webhook.ts";

export default defineProvider<Solvimon>({
	id: "solvimon",
	title: "Solvimon",
	collections: {
		webhooks: {
			schema: "Webhook",
			key: "id",
			indexes: webhookIndexes,
			flaw: flawOfSaved,
		},
	},
	options,
	events,
	operations: {
		"list-webhooks": listWebhooks,
		"create-webhook": createWebhook,
		"list-webhook-actions": listWebhookActions,
		"test-connection": testConnection,
		"get-webhook": getWebhook,
		"update-webhook": updateWebhook,
		"delete-webhook": deleteWebhook,
		"roll-webhook-secret": rollWebhookSecret,
		"remove-webhook-secret": removeWebhookSecret,
		"send-test": sendTest,
		"send-penalty-box-payload": sendPenaltyBoxPayload,
		"list-webhook-events": listWebhookEvents,
		"get-webhook-event": getWebhookEvent,
		"resend-webhook-event": resendWebhookEvent,
	},
	subscriptions,
	credential: {
		form: "<key>, which may do everything, or <key>:<permission>,<permission>, which may do only that",
		example: "k3Yt0nQ7-localhook:WEBHOOK.VIEW",
		variables: (value) => ({ API_KEY: readPinned(value).key }),
	},
	// Live customers have a host of their own: https://docs.solvimon.com/api-docs/solvimon-api/base-url. Those left
	// out are Solvimon's documentation, web application, tokens and site.
	hosts: /(?!(?:docs|desk|identity|www)\.)[a-z0-9-]+\.solvimon\.com/,
	trailingSlash: "exact",

	checkCredential,
	authenticate,
	authorize,
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

	eventId: ({ random }) => newId("evnt", random),
	eventFields: (event, _, { options }) => envelope(event, options),
	encode,
	endpoints: receiversOf,
	endpoint: receiverOf,
	secrets: ({ state, now }) =>
		[...state.webhooks.values()].flatMap((webhook) =>
			validSecrets(webhook, now()),
		),
	registered: ({ state }) =>
		Array.from(state.webhooks.values(), (webhook) => ({
			id: webhook.id,
			url: webhook.url ?? "",
			enabled: isListening(webhook),
			...(!isListening(webhook) && {
				reason: webhook.active
					? "has no URL: set one with update-webhook"
					: 'is not active: set "active" to true with update-webhook',
			}),
			owner: webhook.id,
			...listensTo(webhook),
		})),
	vault: {
		list: ({ state, now }) =>
			Array.from(state.webhooks.values(), (webhook) => ({
				owner: webhook.id,
				secrets: validSecrets(webhook, now()),
			})),
		roll(owner, context) {
			const webhook = context.state.webhooks.get(owner);
			if (webhook !== undefined)
				context.state.webhooks.put(roll(webhook, context));
		},
	},
	subscribe(url, context) {
		const settings = {
			...defaults,
			url,
			name: "localhook",
			reference: "localhook",
		};
		context.state.webhooks.put(roll(newWebhook(settings, context), context));
	},

	signer: createSigner,
	delivery: () => policy,
});
