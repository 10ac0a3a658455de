import type { Reply } from "../../contract/operation.ts";
import { regenerate } from "./api-secrets.ts";
import type { Call, Context } from "./shape.ts";

/** The secret that signs deliveries, if one is set: there is one slot, and no time in which two secrets count. */
export function webhookSecrets({ state }: Context): readonly string[] {
	const record = state.webhookSecrets.get("webhook-secret");
	return record === undefined ? [] : [record.secret];
}

export function setWebhookSecret(secret: string, context: Context): void {
	const { state } = context;
	context.replaced(webhookSecrets(context)[0], secret);
	state.webhookSecrets.put({ id: "webhook-secret", secret });
}

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
