import type { Reply } from "../../../contract/operation.ts";
import { regenerate } from "../api-secrets.ts";
import type { Call } from "../shape.ts";
import { setWebhookSecret } from "../webhook-secret.ts";

export function postWebhookSecret(call: Call<"set-webhook-secret">): Reply {
	setWebhookSecret(call.body.secret, call);
	return { status: 200, body: { secretConfigured: true } };
}

/** The older form of the POST, and the only one until April 2026: the same with an empty answer. */
export function putWebhookSecret(call: Call<"put-webhook-secret">): Reply {
	setWebhookSecret(call.body.secret, call);
	return { status: 200 };
}

/** Replaces the secret of the caller's own requests; the webhook secret is not touched. */
export function regenerateSecret(call: Call<"regenerate-secret">): Reply {
	const { oldSecretValidForSeconds = 0 } = call.body;
	const { secret, oldSecretExpiresAt } = regenerate(
		call.caller.key,
		oldSecretValidForSeconds,
		call,
	);
	return {
		status: 200,
		body: {
			secret,
			...(oldSecretExpiresAt !== undefined && { oldSecretExpiresAt }),
		},
	};
}
