import type { Endpoint, Reply } from "../../contract/operation.ts";
import type { Delivery } from "../../contract/records.ts";
import { events } from "../../generated/constants-solvimon.ts";
import { conflict, onWebhook } from "./access.ts";
import {
	credentialsFor,
	envelope,
	isListening,
	receivers,
} from "./deliveries.ts";
import { problem, unset } from "./errors.ts";
import {
	type Call,
	type Context,
	type Operations,
	type Settings,
	testEvent,
	type Webhook,
} from "./shape.ts";
import {
	checkSettings,
	defaults,
	describe,
	newId,
	createWebhook as newWebhook,
	present,
	retire,
	roll,
	stuckDelivery,
	validSecrets,
	withSettings,
} from "./webhook.ts";
import { list } from "./webhook-events.ts";

export const webhookOperations: Operations = {
	"list-webhooks": (call) =>
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
	"create-webhook"(call) {
		const { body, options, state } = call;
		const refused = checkSettings(body, options) ?? taken(body.reference, call);
		if (refused !== undefined) return refused;
		const webhook = newWebhook(withSettings(defaults, body), call);
		return announce(call, "CREATED", state.webhooks.put(webhook));
	},
	"get-webhook": onWebhook((call, webhook) => ({
		status: 200,
		body: present(webhook, call),
	})),
	"update-webhook": onWebhook((call, webhook) => {
		const { body = {}, options, state } = call;
		const refused =
			checkSettings(body, options) ?? taken(body.reference, call, webhook.id);
		if (refused !== undefined) return refused;
		const changed = { ...webhook, ...withSettings(webhook, body) };
		return announce(call, "UPDATED", state.webhooks.put(changed), webhook);
	}),
	/** Answers 200 with the webhook, not 204: https://docs.solvimon.com/openapi.yaml */
	"delete-webhook": onWebhook((call, webhook) => {
		const reply = announce(call, "DELETE", webhook, webhook);
		call.state.webhooks.delete(webhook.id);
		return reply;
	}),
	/** All of them at once: the reply has no fields for pages, though the request has parameters for them. */
	"list-webhook-actions"() {
		const actions = new Map<string, string[]>();
		for (const event of Object.keys(events)) {
			if (event === testEvent) continue;
			const [resource, action] = event.split(".") as [string, string];
			actions.set(resource, [...(actions.get(resource) ?? []), action]);
		}
		const data = [...actions].map(([object_type, names]) => {
			return { object_type, actions: names };
		});
		return { status: 200, body: { data } };
	},
	/** The body looks like an update, but the secret alone changes. */
	"roll-webhook-secret": onWebhook((call, webhook) => {
		if (call.body === undefined && call.options.generation === "older") {
			const fields = "active, include_previous_data and authentication_type";
			const message = `The body is missing. Send a JSON object with ${fields}.`;
			return problem(400, "BAD_REQUEST", message);
		}
		const rolled = call.state.webhooks.put(roll(webhook, call));
		return announce(call, "UPDATED", rolled, webhook);
	}),
	"remove-webhook-secret": onWebhook((call, webhook) => {
		const retired = call.state.webhooks.put(retire(webhook, call));
		return announce(call, "UPDATED", retired, webhook);
	}),
	"send-test": onWebhook((call, webhook) => {
		if (!isListening(webhook)) return conflict(webhook.id, unreachable);
		const secrets = validSecrets(webhook, call.now());
		const endpoint = { ...receivers.describe(webhook, call), secrets };
		return probe(call, endpoint, webhook.id, webhook);
	}),
	/** Nothing is stored, so there is no secret, and the delivery is unsigned. */
	"test-connection": (call) => {
		const refused = checkSettings(call.body, call.options);
		if (refused !== undefined) return refused;
		const settings = withSettings(defaults, call.body);
		const { url } = settings;
		if (url === null) return unset("url");
		const headers = credentialsFor(settings);
		const endpoint = { id: "test-connection", url, secrets: [], headers };
		return probe(call, endpoint, null, settings);
	},
	"send-penalty-box-payload": onWebhook(async (call, webhook) => {
		const stuck = stuckDelivery(webhook.id, call.deliveries);
		if (stuck === undefined)
			return conflict(webhook.id, "The webhook is not in the penalty box.");
		if (!isListening(webhook)) return conflict(webhook.id, unreachable);
		return outcome((await call.deliveries.attempt(stuck.id)) ?? stuck);
	}),
};

function taken(
	reference: string | null | undefined,
	{ state }: Context,
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

const unreachable = "The webhook is inactive or has no url. Change that first.";

async function probe(
	context: Context,
	to: Endpoint,
	id: string | null,
	settings: Settings,
): Promise<Reply> {
	const { name, reference, url } = settings;
	const requestId = newId("reqr", context.random);
	const payload = {
		original_request_id: requestId,
		data: { object_type: "WEBHOOK", id, name, reference, url },
	};
	const delivery = await context.deliveries.probe(to, testEvent, payload);
	return { ...outcome(delivery), headers: { "X-REQUEST-ID": requestId } };
}

function outcome({ attempts }: Delivery): Reply {
	const last = attempts.at(-1);
	return {
		status: 200,
		body: { successful: last?.ok ?? false, message: describe(last) },
	};
}

type Change = "CREATED" | "UPDATED" | "DELETE";

function announce(
	call: Context & Pick<Call<"create-webhook">, "emit">,
	change: Change,
	after: Webhook,
	before?: Webhook,
): Reply {
	const requestId = newId("reqr", call.random);
	const body = present(after, call);
	if (call.options.webhookEvents === "on") {
		const type = `WEBHOOK.${change}` as const;
		const { environment, ...head } = envelope({ type, time: call.now() }, call);
		call.emit(type, {
			...head,
			original_request_id: requestId,
			environment,
			data: withoutSecrets(body),
			previous_data:
				before === undefined ? null : withoutSecrets(present(before, call)),
		});
	}
	return {
		status: change === "CREATED" ? 201 : 200,
		headers: { "X-REQUEST-ID": requestId },
		body,
	};
}

/** One receiver's signing keys are not for another receiver. */
function withoutSecrets(webhook: ReturnType<typeof present>): object {
	return { ...webhook, secret_key: null, previous_secret_key: null };
}
