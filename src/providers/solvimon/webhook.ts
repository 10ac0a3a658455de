import type { Random } from "../../contract/random.ts";
import { penaltyBox } from "./penalty-box.ts";
import { issue } from "./secrets.ts";
import type { Settings, SolvimonContext, Webhook } from "./shape.ts";

/** A new webhook, not stored yet. */
export function createWebhook(
	settings: Settings,
	context: SolvimonContext,
): Webhook {
	const webhook: Webhook = {
		...settings,
		id: newId("whk", context.random),
		secret_key: null,
		previous_secret_key: null,
		previous_signing_protocol: null,
		secret_rolled_at: null,
		previousUntil: 0,
	};
	return context.options.createSecret === "issue"
		? issue(webhook, context)
		: webhook;
}

/** What a saved webhook lacks that the document leaves out or leaves optional, and that signing relies on. */
export function flawOfSaved(webhook: Webhook): string | undefined {
	for (const field of ["secret_key", "previous_secret_key"] as const)
		if (webhook[field] === undefined) return `${field} must be text or null`;
	for (const field of ["password", "api_key"] as const)
		if (webhook[field] !== null && typeof webhook[field] !== "string")
			return `${field} must be text or null`;
	return Number.isSafeInteger(webhook.previousUntil) &&
		webhook.previousUntil >= 0
		? undefined
		: "previousUntil must be a time";
}

/** A webhook as the API shows it: the receiver's password and key stay here. */
export function present(
	webhook: Webhook,
	{ deliveries }: Pick<SolvimonContext, "deliveries">,
) {
	return {
		object_type: "WEBHOOK",
		id: webhook.id,
		name: webhook.name,
		reference: webhook.reference,
		active: webhook.active,
		include_previous_data: webhook.include_previous_data,
		authentication_type: webhook.authentication_type,
		username: webhook.username,
		api_header_field: webhook.api_header_field,
		url: webhook.url,
		included_actions: webhook.included_actions,
		excluded_actions: webhook.excluded_actions,
		secret_key: webhook.secret_key,
		signing_protocol: webhook.signing_protocol,
		previous_secret_key: webhook.previous_secret_key,
		previous_signing_protocol: webhook.previous_signing_protocol,
		secret_rolled_at: webhook.secret_rolled_at,
		...penaltyBox(webhook.id, deliveries),
	};
}

/**
 * A prefix and twenty alphanumerics, drawn from the prefix's own stream so that one kind of id never shifts another.
 *
 * The ids that Solvimon shows have this form: https://docs.solvimon.com/platform-guides/for-developers/introduction
 */
export function newId(prefix: "whk" | "evnt" | "reqr", random: Random): string {
	return `${prefix}_${random.stream(`ids of ${prefix}`).alphanumeric(20)}`;
}
