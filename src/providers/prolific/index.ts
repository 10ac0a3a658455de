import { events, options } from "../../generated/constants-prolific.ts";
import { defineProvider } from "../../provider.ts";
import {
	authentication,
	createSecret,
	getSecrets,
	vault,
} from "./credentials.ts";
import { deliveries, pairOf, receivers } from "./deliveries.ts";
import { refuse } from "./errors.ts";
import { getEvents, getEventTypes } from "./events.ts";
import { type Prolific, subscriptions } from "./shape.ts";
import {
	confirmSubscription,
	createSubscription,
	deleteSubscription,
	getSubscription,
	getSubscriptions,
	subscribe,
	updateSubscription,
} from "./subscriptions.ts";

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
	authentication,
	trailingSlash: "optional",
	refuse,
	receivers,
	vault,
	subscribe,
	...deliveries,
});
