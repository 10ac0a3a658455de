import type { Context } from "./shape.ts";

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
