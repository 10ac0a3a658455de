import { base64urlOf, bytesOf } from "../../bytes.ts";
import type { Deliveries, Reply } from "../../contract/operation.ts";
import type { Attempt, Delivery } from "../../contract/records.ts";
import {
	delivery,
	documented,
	signature,
} from "../../generated/constants-spritz.ts";
import { defineProvider, type Outcome } from "../../provider.ts";
import { bodyOf, under } from "../../provider-helpers.ts";
import { createSigner } from "../../signing/signer.ts";
import { webAddress } from "../../web-address.ts";
import { authentication, secretOperations } from "./access.ts";
import { refuse, refuseCursor } from "./errors.ts";
import { eventFields } from "./event-fields.ts";
import type { Context, Operations, Spritz, Webhook } from "./shape.ts";

const webhookOperations: Operations = {
	"list-webhooks"(call) {
		const webhooks = [...call.state.webhooks.values()];
		return { status: 200, body: webhooks.map((each) => present(each, call)) };
	},
	"create-webhook"(call) {
		const { url, events = [] } = call.body;
		if (webAddress(url) === null) return refuseUrl(url, call);
		return { status: 200, body: present(register(url, events, call), call) };
	},
	/** Replaces the events. Neither the URL nor `disabled` can be changed. */
	"update-webhook"(call) {
		const { webhookId: id } = call.params;
		const webhook = call.state.webhooks.get(id);
		if (webhook === undefined) return unknownWebhook(id, call);
		const changed = { ...webhook, events: call.body.events };
		call.state.webhooks.put(changed);
		return { status: 200, body: present(changed, call) };
	},
	"delete-webhook"(call) {
		const { webhookId: id } = call.params;
		return call.state.webhooks.delete(id)
			? { status: 200, body: { id, deleted: true } }
			: unknownWebhook(id, call);
	},
	"set-webhook-secret"(call) {
		setWebhookSecret(call.body.secret, call);
		return { status: 200, body: { secretConfigured: true } };
	},
	/** The older form of the POST, and the only one until April 2026: the same with an empty answer. */
	"put-webhook-secret"(call) {
		setWebhookSecret(call.body.secret, call);
		return { status: 200 };
	},
	/** A page of attempts, newest first. A cursor names the last attempt of the page before. */
	"list-webhook-deliveries"(call) {
		const { limit, cursor } = call.query;
		const attempts = newestAttempts(call.deliveries);
		const last =
			cursor === undefined
				? -1
				: attempts.findIndex((each) => cursorOf(each) === cursor);
		if (cursor !== undefined && last === -1) return refuseCursor(call);
		const page = attempts.slice(last + 1, last + 1 + limit);
		const end = page.at(-1);
		const hasMore = attempts.length > last + 1 + limit;
		const nextCursor = hasMore && end !== undefined ? cursorOf(end) : null;
		const data = page.map(presentAttempt);
		return { status: 200, body: { data, hasMore, nextCursor } };
	},
};

export default defineProvider<Spritz>({
	...documented,
	title: "Spritz Finance",
	collections: {
		webhooks: {
			schema: "Webhook",
			key: "id",
			indexes: {
				event: ({ events, disabled }) =>
					disabled ? [] : events.includes("*") ? ["*"] : events,
			},
		},
		webhookSecrets: { schema: "KeptWebhookSecret", key: "id" },
		apiSecrets: { schema: "KeptApiSecret", key: "key" },
		sequences: { schema: "KeptSequence", key: "id" },
	},
	operations: { ...webhookOperations, ...secretOperations },
	authentication,
	refuse,
	receivers: {
		collection: "webhooks",
		listening: ({ type }, { state: { webhooks } }) => [
			...webhooks.by("event", type),
			...webhooks.by("event", "*"),
		],
		describe: ({ id, url, disabled, events }) => ({
			id,
			url,
			off: disabled
				? "was disabled after too many failures: delete it and create another one"
				: undefined,
			events: events.includes("*") ? undefined : events,
			owner: "integrator",
		}),
	},
	ownedSecrets: {
		owners: () => ["integrator"],
		of: (_, context) => webhookSecrets(context),
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
	eventFields,
	encode: ({ payload }, _, { json }) => ({
		body: bodyOf(payload, json),
		headers: { "Content-Type": "application/json" },
	}),
	signer: (options) => createSigner(under(options, signature)),
	delivery: (options) => under(options, delivery),
	attempted: disableFailing,
});

function register(
	url: string,
	events: Webhook["events"],
	context: Context,
): Webhook {
	const id = context.random.stream("webhooks").hex(24);
	const webhook = { id, events, url, failureCount: 0, disabled: false };
	return context.state.webhooks.put(webhook);
}

function present(webhook: Webhook, { deliveries }: Context): Webhook {
	return { ...webhook, failureCount: deliveries.health(webhook.id).failures };
}

function disableFailing(
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

function refuseUrl(url: string, context: Context): Reply {
	const message = `must be an http:// or https:// URL; "${url}" is not`;
	const place = { in: "body", field: "url", keyword: "format" } as const;
	const violations = [{ ...place, message }];
	return refuse({ kind: "invalid", violations }, context);
}

function unknownWebhook(id: string, context: Context): Reply {
	return refuse({ kind: "not-found", resource: "webhook", id }, context);
}

/** The secret that signs deliveries, if one is set: there is one slot, and no time in which two secrets count. */
function webhookSecrets({ state }: Context): readonly string[] {
	const record = state.webhookSecrets.get("webhook-secret");
	return record === undefined ? [] : [record.secret];
}

function setWebhookSecret(secret: string, context: Context): void {
	const { state } = context;
	context.replaced(webhookSecrets(context)[0], secret);
	state.webhookSecrets.put({ id: "webhook-secret", secret });
}

interface Attempted {
	readonly delivery: Delivery;
	readonly attempt: Attempt;
}

function newestAttempts(deliveries: Deliveries): Attempted[] {
	const attempts: Attempted[] = [];
	for (const delivery of deliveries.newest()) {
		for (const attempt of delivery.attempts.toReversed())
			attempts.push({ delivery, attempt });
	}
	return attempts.sort((a, b) => b.attempt.at - a.attempt.at);
}

function cursorOf({ delivery, attempt }: Attempted): string {
	return base64urlOf(bytesOf(`${delivery.id}/${attempt.number}`));
}

function presentAttempt({ delivery, attempt }: Attempted): object {
	return {
		event: delivery.event.type,
		webhookUrl: delivery.url,
		payload: delivery.event.payload,
		success: attempt.ok,
		...outcome(attempt),
		timestamp: new Date(attempt.at).toISOString(),
	};
}

/** Beside an error the status is the provider's own class, not the receiver's word. */
function outcome({ response, error }: Attempt): object {
	if (error === undefined) return { responseStatus: response?.status };
	return {
		responseStatus: error.code === "timeout" ? 504 : 500,
		error: error.message,
	};
}
