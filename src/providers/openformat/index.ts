import {
	delivery,
	documented,
	signature,
} from "../../generated/constants-openformat.ts";
import { defineProvider } from "../../provider.ts";
import { under } from "../../provider-helpers.ts";
import { createSigner } from "../../signing/signer.ts";
import { authentication, refuse } from "./api.ts";
import type { OpenFormat } from "./shape.ts";
import {
	account,
	addWebhook,
	currentSecret,
	handshake,
	operations,
	replaceSecret,
	signatureHeader,
} from "./webhooks.ts";

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
		secrets: { schema: "KeptSecret", key: "account" },
	},
	operations,
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
	ownedSecrets: {
		owners: () => [account],
		of(_, context) {
			const secret = currentSecret(context);
			return secret === undefined ? [] : [secret];
		},
		replace: (_, context) => void replaceSecret(context),
	},
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
	signer: (options) => createSigner(under(options, signature), withinBraces),
	delivery: (options) => under(options, delivery),
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

/** From the first `{` to the last `}`, both included: white space around the object is not signed. */
function withinBraces(body: Uint8Array): Uint8Array {
	const first = body.indexOf(0x7b);
	return first === -1
		? new Uint8Array()
		: body.subarray(first, body.lastIndexOf(0x7d) + 1);
}
