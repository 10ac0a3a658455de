import { documented } from "../../generated/constants-prolific.ts";
import { defineProvider } from "../../provider.ts";
import { authentication, secretOperations } from "./credentials.ts";
import {
	deliveries,
	ownedSecrets,
	receivers,
	subscriptionCollection,
} from "./deliveries.ts";
import { refuse } from "./errors.ts";
import { eventOperations } from "./events.ts";
import { type Prolific, subscriptions } from "./shape.ts";
import { subscribe, subscriptionOperations } from "./subscriptions.ts";

/** Prolific's webhooks: https://docs.prolific.com/api-reference/webhooks/subscribing */
export default defineProvider<Prolific>({
	...documented,
	title: "Prolific",
	collections: {
		secrets: { schema: "SecretDetail", key: "workspace_id" },
		subscriptions: subscriptionCollection,
	},
	operations: {
		...secretOperations,
		...subscriptionOperations,
		...eventOperations,
	},
	subscriptions,
	authentication,
	trailingSlash: "optional",
	refuse,
	receivers,
	ownedSecrets,
	subscribe,
	...deliveries,
});
