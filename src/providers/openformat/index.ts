import { documented } from "../../generated/constants-openformat.ts";
import { defineProvider } from "../../provider.ts";
import { authentication, refuse } from "./api.ts";
import { type OpenFormat, subscriptions } from "./shape.ts";
import { signatureHeader, signer } from "./signature.ts";
import {
	account,
	addWebhook,
	currentSecret,
	handshake,
	operations,
	ownedSecrets,
	replaceSecret,
	secrets,
} from "./webhooks.ts";

const minute = 60_000;
const everything = ["transaction"];

export default defineProvider<OpenFormat>({
	...documented,
	title: "OpenFormat",
	collections: {
		webhooks: {
			schema: "Webhook",
			key: "id",
			indexes: {
				// Nobody subscribes to `test`; one that is made by hand goes to every webhook that is enabled.
				event: ({ disabled, events }) =>
					disabled
						? []
						: [...(events.length === 0 ? everything : events), "test"],
			},
		},
		secrets,
	},
	operations,
	subscriptions,
	authentication,
	refuse,
	receivers: {
		collection: "webhooks",
		listening: ({ type }, { state }) => state.webhooks.by("event", type),
		describe({ id, url, disabled, events }, context) {
			const unsigned =
				currentSecret(context) === undefined ? hasNoSecret : undefined;
			return {
				id: String(id),
				url,
				off: disabled ? isUntested(id) : unsigned,
				events: events.length > 0 ? events : undefined,
				owner: account,
			};
		},
	},
	ownedSecrets,
	subscribe(url, context) {
		if (currentSecret(context) === undefined) replaceSecret(context);
		addWebhook({ url }, true, context);
	},

	/** The body's own words for the event: its name, and the key that tells a repetition from something new. */
	eventFields: ({ type, id }) => ({ event: type, idempotency_key: id }),
	/** Compact JSON, its fields in the documented order even when the user's own body has another. */
	encode({ payload: { event, idempotency_key, ...rest } }) {
		return {
			body: JSON.stringify({ event, idempotency_key, ...rest }),
			headers: { "content-type": "application/json" },
		};
	},
	signer: ({ formula }) => signer(formula),
	delivery: ({ retry }) => ({
		// https://docs.openformat.tech/architecture/notifications
		timeout: 5000,
		retry: {
			delays: retry === "assumed" ? [1 * minute, 5 * minute, 30 * minute] : [],
			jitter: "none",
		},
		ordered: false,
	}),
	handshake,
	/** What a receiver that is up to date answers; the challenge is asked for in a test and does no harm elsewhere. */
	receive: ({ headers }, verdict) =>
		verdict.ok
			? { status: 200, body: { challenge: headers[signatureHeader] } }
			: { status: 401, body: { error: verdict.reason } },
});

function isUntested(id: number): string {
	return `waits for its test, which its receiver has to pass: POST /webhook/${id}/test (test-webhook)`;
}

// Every call is documented to be signed, so without a secret there is none.
const hasNoSecret =
	"gets nothing, since the account has no secret to sign with: POST /webhook/secret (create-webhook-secret)";
