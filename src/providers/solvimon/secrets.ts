import type { SolvimonContext, Webhook } from "./shape.ts";
import { toIso } from "./time.ts";

/** How long the previous secret still signs: https://docs.solvimon.com/platform-guides/for-developers/webhooks */
const overlap = 24 * 60 * 60 * 1000;

/** The webhook with its first secret, or with another one in place of the current one. */
export function issue(
	webhook: Webhook,
	{ random }: Pick<SolvimonContext, "random">,
): Webhook {
	const secret_key = random.stream(`secret of ${webhook.id}`).alphanumeric(40);
	return { ...webhook, secret_key };
}

/** The webhook without a current secret; one that it had becomes the previous one. */
export function retire(
	webhook: Webhook,
	{ now, lasting }: Pick<SolvimonContext, "now" | "lasting">,
): Webhook {
	if (webhook.secret_key === null) return webhook;
	return {
		...webhook,
		secret_key: null,
		previous_secret_key: webhook.secret_key,
		previous_signing_protocol: webhook.signing_protocol,
		secret_rolled_at: toIso(now()),
		previousUntil: now() + lasting(overlap),
	};
}

/** The webhook with a new secret; one that it had becomes the previous one. */
export function roll(
	webhook: Webhook,
	context: Pick<SolvimonContext, "random" | "now" | "lasting" | "replaced">,
): Webhook {
	const rolled = issue(retire(webhook, context), context);
	context.replaced(
		webhook.secret_key ?? undefined,
		rolled.secret_key as string,
	);
	return { ...rolled, secret_rolled_at: toIso(context.now()) };
}

/** The secrets that sign at a moment, newest first. */
export function validSecrets(webhook: Webhook, at: number): string[] {
	const {
		secret_key: current,
		previous_secret_key: previous,
		previousUntil,
	} = webhook;
	return [
		...(current === null ? [] : [current]),
		...(previous === null || at >= previousUntil ? [] : [previous]),
	];
}
