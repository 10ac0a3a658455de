import { defineProvider } from "../../provider.ts";
import {
	authenticate,
	authorize,
	checkCredential,
	credential,
} from "./authenticate.ts";
import { encode, endpoint, endpoints, policy, signer } from "./delivery.ts";
import { refuse } from "./errors.ts";
import { getEvents, getEventTypes } from "./operations/events.ts";
import {
	confirmSubscription,
	createSubscription,
	deleteSubscription,
	getSubscription,
	getSubscriptions,
	updateSubscription,
} from "./operations/subscriptions.ts";
import { disablePersistentFailures, pairOf } from "./persistent-failure.ts";
import { createSecret, getSecrets, issueSecret } from "./secret.ts";
import { events, options, type Prolific, subscriptions } from "./shape.ts";
import { subscribe, whyDisabled } from "./subscription.ts";

/** Prolific's webhooks: https://docs.prolific.com/api-reference/webhooks/subscribing */
export default defineProvider<Prolific>({
	id: "prolific",
	title: "Prolific",
	collections: {
		secrets: { schema: "SecretDetail", key: "workspace_id" },
		subscriptions: {
			schema: "SubscriptionDetail",
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
	options,
	events,
	operations: {
		"get-event-types": getEventTypes,
		"get-secrets": getSecrets,
		"create-secret": createSecret,
		"get-subscriptions": getSubscriptions,
		"create-subscription": createSubscription,
		"get-subscription": getSubscription,
		"confirm-subscription": confirmSubscription,
		"update-subscription": updateSubscription,
		"delete-subscription": deleteSubscription,
		"get-events": getEvents,
	},
	subscriptions,
	credential,
	trailingSlash: "optional",

	checkCredential,
	authenticate,
	authorize,
	refuse,

	eventId: ({ random }) => random.uuid(),
	eventFields: ({ type }) => ({ event_type: type }),
	encode,
	endpoints,
	endpoint,
	registered: ({ state }) =>
		Array.from(
			state.subscriptions.values(),
			({
				id,
				target_url,
				is_enabled,
				event_type,
				workspace_id,
				confirmed,
			}) => ({
				id,
				url: target_url,
				enabled: is_enabled,
				...(!is_enabled && { reason: whyDisabled(id, confirmed) }),
				events: [event_type],
				owner: workspace_id,
			}),
		),
	vault: {
		ownedBy: "workspace",
		list: ({ state }) =>
			Array.from(state.secrets.values(), ({ workspace_id, value }) => ({
				owner: workspace_id,
				secrets: [value],
			})),
		replace: (owner, context) => void issueSecret(owner, context),
	},
	secrets: ({ state }) => [...state.secrets.values()].map(({ value }) => value),
	subscribe,

	signer: () => signer,
	delivery: policy,
	healthKey: ({ url }, { type }) => pairOf(url, type),
	attempted: disablePersistentFailures,
});
