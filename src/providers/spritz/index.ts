import { documented } from "../../generated/constants-spritz.ts";
import { defineProvider } from "../../provider.ts";
import { bodyOf } from "../../provider-helpers.ts";
import { createSigner } from "../../signing/signer.ts";
import { authentication, secretOperations } from "./access.ts";
import { refuse } from "./errors.ts";
import { eventFields, sequenceCollection } from "./event-fields.ts";
import { type Spritz, subscriptions } from "./shape.ts";
import {
	disableFailing,
	ownedSecrets,
	receivers,
	subscribe,
	webhookCollection,
	webhookOperations,
} from "./webhooks.ts";

const minute = 60_000;
const hour = 60 * minute;

export default defineProvider<Spritz>({
	...documented,
	title: "Spritz Finance",
	collections: {
		webhooks: webhookCollection,
		webhookSecrets: { schema: "WebhookSecret", key: "id" },
		apiSecrets: { schema: "RegeneratedSecret", key: "key" },
		sequences: sequenceCollection,
	},
	operations: { ...webhookOperations, ...secretOperations },
	subscriptions,
	authentication,
	refuse,
	receivers,
	ownedSecrets,
	subscribe,
	eventFields,
	encode: ({ payload }, _, { json }) => ({
		body: bodyOf(payload, json),
		headers: { "Content-Type": "application/json" },
	}),
	signer: () => createSigner({ headers: { Signature: "{signatures}" } }),
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
