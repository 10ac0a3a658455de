import {
	delivery,
	documented,
	signature,
} from "../../generated/constants-prolific.ts";
import { defineProvider, type Outcome } from "../../provider.ts";
import { under } from "../../provider-helpers.ts";
import { createSigner } from "../../signing/signer.ts";
import {
	authentication,
	issueSecret,
	secretOperations,
} from "./credentials.ts";
import { refuse } from "./errors.ts";
import { eventOperations } from "./events.ts";
import { pythonJson } from "./python-json.ts";
import type { Context, Prolific, Subscription } from "./shape.ts";
import { pairOf, subscribe, subscriptionOperations } from "./subscriptions.ts";

/** Prolific's webhooks: https://docs.prolific.com/api-reference/webhooks/subscribing */
export default defineProvider<Prolific>({
	...documented,
	title: "Prolific",
	collections: {
		secrets: { schema: "SecretDetail", key: "workspace_id" },
		subscriptions: {
			schema: "KeptSubscription",
			key: "id",
			indexes: {
				enabled: ({ event_type, is_enabled }) =>
					is_enabled ? [event_type] : [],
				pair: ({ target_url, event_type }) => [pairOf(target_url, event_type)],
				token: ({ token }) => [token],
				workspace: ({ workspace_id }) => [workspace_id],
			},
		},
	},
	operations: {
		...secretOperations,
		...subscriptionOperations,
		...eventOperations,
	},
	authentication,
	trailingSlash: "optional",
	refuse,
	receivers: {
		collection: "subscriptions",
		/** A study lives in one workspace; which one an event's does is known only if the user says so. */
		listening({ type, workspace }, { state, options }) {
			const [first] =
				options.workspaces === "first" ? state.secrets.values() : [];
			const wanted = workspace ?? first?.workspace_id;
			return state.subscriptions
				.by("enabled", type)
				.filter((each) => wanted === undefined || each.workspace_id === wanted);
		},
		describe(subscription) {
			const { id, target_url, event_type, workspace_id } = subscription;
			return {
				id,
				url: target_url,
				off: subscription.is_enabled ? undefined : whyDisabled(subscription),
				events: [event_type],
				owner: workspace_id,
			};
		},
	},
	ownedSecrets: {
		ownedBy: "workspace",
		owners: ({ state }) =>
			Array.from(state.secrets.values(), ({ workspace_id }) => workspace_id),
		of(owner, { state }) {
			const secret = state.secrets.get(owner);
			return secret && [secret.value];
		},
		replace: (owner, context) => void issueSecret(owner, context),
	},
	subscribe,
	eventFields: ({ type }) => ({ event_type: type }),
	encode: (event, _, { json }) => ({
		body:
			json === "python"
				? pythonJson(event.payload)
				: JSON.stringify(event.payload),
		headers: {
			"Content-Type": "application/json",
			"X-Event-ID": event.id,
			"X-Timestamp": String(Math.floor(event.time / 1000)),
		},
	}),
	signer: (options) => createSigner(under(options, signature)),
	delivery: (options) => under(options, delivery),
	healthKey: ({ url }, { type }) => pairOf(url, type),
	attempted: disablePersistentFailures,
});

function whyDisabled({ id, confirmed }: Subscription): string {
	return confirmed
		? "is switched off: by an update, or after five days of failures"
		: `waits for its confirmation: send the X-Hook-Secret of the reply that created it, as { "secret": "..." }, to POST /api/v1/hooks/subscriptions/${id}/ (confirm-subscription)`;
}

const limit = 5 * 24 * 60 * 60_000;

/**
 * Five days of nothing but failures switch off every subscription to one event type at one URL.
 *
 * https://docs.prolific.com/api-reference/webhooks/persistent-failures-and-disabling-logic
 */
function disablePersistentFailures(
	{ delivery, attempt, health }: Outcome,
	{ state, lasting }: Context,
): void {
	const { failingSince } = health;
	if (failingSince === undefined || attempt.at - failingSince < lasting(limit))
		return;
	const failing = state.subscriptions.get(delivery.endpoint);
	if (failing === undefined) return;
	const pair = pairOf(failing.target_url, delivery.event.type);
	for (const subscription of state.subscriptions.by("pair", pair)) {
		if (subscription.is_enabled)
			state.subscriptions.put({ ...subscription, is_enabled: false });
	}
}
