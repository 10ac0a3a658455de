import { defineProvider } from "../../provider.ts";
import { hmac } from "../../signing/hmac.ts";
import { checkCredential, keyOf, secretOf } from "./api-secrets.ts";
import { authenticate, authorize } from "./authenticate.ts";
import { refuse } from "./errors.ts";
import { eventFields, sequenceCollection } from "./event-fields.ts";
import { events } from "./events.ts";
import { listWebhookDeliveries } from "./operations/deliveries.ts";
import {
	createWebhook,
	deleteWebhook,
	listWebhooks,
	updateWebhook,
} from "./operations/webhooks.ts";
import { options, type Spritz, subscriptions } from "./shape.ts";
import {
	postWebhookSecret,
	putWebhookSecret,
	regenerateSecret,
	setWebhookSecret,
	webhookSecrets,
} from "./webhook-secret.ts";
import {
	disableFailing,
	endpoint,
	endpoints,
	register,
	webhookCollection,
} from "./webhooks.ts";

const minute = 60_000;
const hour = 60 * minute;

export default defineProvider<Spritz>({
	id: "spritz",
	title: "Spritz Finance",
	collections: {
		webhooks: webhookCollection,
		webhookSecrets: { schema: "WebhookSecret", key: "id" },
		apiSecrets: { schema: "RegeneratedSecret", key: "key" },
		sequences: sequenceCollection,
	},
	options,
	events,
	operations: {
		"list-webhooks": listWebhooks,
		"create-webhook": createWebhook,
		"update-webhook": updateWebhook,
		"delete-webhook": deleteWebhook,
		"list-webhook-deliveries": listWebhookDeliveries,
		"set-webhook-secret": postWebhookSecret,
		"put-webhook-secret": putWebhookSecret,
		"regenerate-secret": regenerateSecret,
	},
	subscriptions,
	credential: {
		form: "an integrator key and its API secret with a colon between them",
		example: "int_abc123:sk_test_abc123def456ghi789",
		variables: (value) => ({
			INTEGRATOR_KEY: keyOf(value),
			API_SECRET: secretOf(value),
		}),
	},
	trailingSlash: "exact",
	checkCredential,
	authenticate,
	authorize,
	refuse,
	eventId: ({ random }) => random.uuid(),
	eventFields,
	encode: ({ payload }) => ({
		body: JSON.stringify(payload),
		headers: { "Content-Type": "application/json" },
	}),
	endpoints,
	endpoint,
	secrets: webhookSecrets,
	registered: ({ state }) =>
		Array.from(state.webhooks.values(), ({ id, url, disabled, events }) => ({
			id,
			url,
			enabled: !disabled,
			...(disabled && {
				reason:
					"was disabled after too many failures: delete it and create another one",
			}),
			...(!events.includes("*") && { events }),
			owner: "integrator",
		})),
	vault: {
		list: (context) => [
			{ owner: "integrator", secrets: webhookSecrets(context) },
		],
		replace: (_, context) =>
			setWebhookSecret(
				`whsec_${context.random.stream("replaced-webhook-secret").alphanumeric(24)}`,
				context,
			),
	},
	subscribe(url, context) {
		setWebhookSecret(
			`whsec_${context.random.fork("webhook-secret").alphanumeric(24)}`,
			context,
		);
		register(url, ["*"], context);
	},
	signer: () => hmac({ header: "Signature", encoding: "hex" }),
	delivery: ({ retry }) => ({
		timeout: 10_000,
		retry: {
			delays:
				retry === "none"
					? []
					: [minute, 5 * minute, 30 * minute, 2 * hour, 12 * hour],
			jitter: "none",
		},
		ordered: false,
	}),
	attempted: disableFailing,
});
