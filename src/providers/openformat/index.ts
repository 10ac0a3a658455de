import { defineProvider } from "../../provider.ts";
import {
	authenticate,
	authorize,
	checkCredential,
	credential,
} from "./authenticate.ts";
import { delivery, encode, eventFields, events, receive } from "./delivery.ts";
import { refuse } from "./errors.ts";
import {
	createWebhook,
	getWebhook,
	testWebhook,
	updateWebhook,
} from "./operations/webhooks.ts";
import {
	createWebhookSecret,
	currentSecret,
	getWebhookSecret,
	replaceSecret,
} from "./secret.ts";
import { type OpenFormat, options, subscriptions } from "./shape.ts";
import { signer } from "./signature.ts";
import { addWebhook, toEndpoint, webhooks } from "./webhooks.ts";

/** OpenFormat: webhooks of one account, signed with its one secret. */
export default defineProvider<OpenFormat>({
	id: "openformat",
	title: "OpenFormat",
	collections: {
		webhooks,
		secrets: {
			schema: "WebhookSecret",
			key: "account",
			flaw: ({ account, replaced }) =>
				account === "account" && Number.isSafeInteger(replaced)
					? undefined
					: "replaced must be a whole number",
		},
	},
	options,
	events,
	operations: {
		"create-webhook": createWebhook,
		"get-webhook": getWebhook,
		"update-webhook": updateWebhook,
		"test-webhook": testWebhook,
		"get-webhook-secret": getWebhookSecret,
		"create-webhook-secret": createWebhookSecret,
	},
	subscriptions,
	credential,
	trailingSlash: "exact",

	checkCredential,
	authenticate,
	authorize,
	refuse,

	eventId: ({ random }) => random.uuid(),
	eventFields,
	encode,
	// Every call is documented to be signed, so without a secret there is none.
	endpoints(event, context) {
		const secret = currentSecret(context);
		if (secret === undefined) return [];
		return context.state.webhooks
			.by("event", event.type)
			.map((webhook) => toEndpoint(webhook, secret));
	},
	endpoint(id, context) {
		const webhook = context.state.webhooks.get(id);
		const secret = currentSecret(context);
		return webhook === undefined || webhook.disabled || secret === undefined
			? undefined
			: toEndpoint(webhook, secret);
	},
	secrets(context) {
		const secret = currentSecret(context);
		return secret === undefined ? [] : [secret];
	},
	registered(context) {
		const hasSecret = currentSecret(context) !== undefined;
		return Array.from(
			context.state.webhooks.values(),
			({ id, url, disabled, events }) => ({
				id: String(id),
				url,
				enabled: !disabled && hasSecret,
				...((disabled || !hasSecret) && {
					reason: disabled
						? `waits for its test, which its receiver has to pass: POST /webhook/${id}/test (test-webhook)`
						: "gets nothing, since the account has no secret to sign with: POST /webhook/secret (create-webhook-secret)",
				}),
				...(events.length > 0 && { events }),
				owner: "account",
			}),
		);
	},
	vault: {
		list(context) {
			const secret = currentSecret(context);
			return [
				{ owner: "account", secrets: secret === undefined ? [] : [secret] },
			];
		},
		replace: (_, context) => void replaceSecret(context),
	},
	subscribe(url, context) {
		if (currentSecret(context) === undefined) replaceSecret(context);
		addWebhook({ url, enabled: true }, context);
	},

	signer: ({ formula }) => signer(formula),
	delivery,
	receive,
});
