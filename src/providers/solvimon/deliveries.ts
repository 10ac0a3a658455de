import { base64Of, bytesOf } from "../../bytes.ts";
import type { DeliveryPolicy } from "../../contract/policy.ts";
import type { CollectionSpec, EventRecord } from "../../contract/records.ts";
import type { Signer } from "../../contract/signing.ts";
import { events } from "../../generated/constants-solvimon.ts";
import type { Provider, Receivers } from "../../provider.ts";
import { bodyOf } from "../../provider-helpers.ts";
import { createSigner } from "../../signing/signer.ts";
import type { Context, Settings, Solvimon, Webhook } from "./shape.ts";
import { toIso } from "./webhook.ts";

/**
 * `v1=` and the HMAC of the timestamp header, a dot and the body, once for each secret.
 *
 * Source: https://docs.solvimon.com/platform-guides/for-developers/webhooks
 */
export function signer({ hexCase, separator }: Solvimon["options"]): Signer {
	return createSigner({
		content: "{timestamp}.{body}",
		encoding: hexCase === "upper" ? "HEX" : "hex",
		timestamp: { format: "iso-seconds", tolerance: "5m" },
		secrets: "all",
		each: "v1={signature}",
		join: separator === "comma" ? "," : " ",
		headers: {
			"X-PAYLOAD-SIGNATURE": "{signatures}",
			"X-PAYLOAD-SIGNATURE-TIMESTAMP": "{timestamp}",
		},
	});
}

const minute = 60 * 1000;
const hour = 60 * minute;

/** Later deliveries of a webhook wait behind a failing one: https://docs.solvimon.com/docs/webhooks-1 */
export const policy: DeliveryPolicy = {
	timeout: 10 * 1000,
	ordered: true,
	retry: {
		delays: [
			...[2, 4, 8, 16, 32].map((minutes) => minutes * minute),
			...[1, 2, 4, 8].map((hours) => hours * hour),
		],
		thenEvery: 8 * hour,
		jitter: "none",
		maxElapsed: 7 * 24 * hour,
	},
};

/** Webhooks by what they listen to, so that an event finds its receivers without a scan. */
export const webhookIndexes: NonNullable<CollectionSpec<Webhook>["indexes"]> = {
	reference: ({ reference }) => (reference === null ? [] : [reference]),
	action: (webhook) =>
		isListening(webhook) ? (webhook.included_actions ?? []) : [],
	// An index of its own: an action is text of the customer's, so no value of it could stand for "all".
	everything: (webhook) =>
		isListening(webhook) && !webhook.included_actions?.length
			? ["listens"]
			: [],
};

export const receivers: Receivers<Solvimon, "webhooks"> = {
	collection: "webhooks",
	/** Those that include the event or include nothing in particular, and do not exclude it. */
	listening: ({ type }, { state }) =>
		[
			...state.webhooks.by("action", type),
			...state.webhooks.by("everything", "listens"),
		].filter((webhook) => !webhook.excluded_actions?.includes(type)),
	describe: (webhook) => ({
		id: webhook.id,
		url: webhook.url ?? "",
		off: whySilent(webhook),
		events: eventsOf(webhook),
		owner: webhook.id,
		headers: credentialsFor(webhook),
		includePrevious: webhook.include_previous_data,
	}),
};

export function isListening(webhook: Webhook): boolean {
	return whySilent(webhook) === undefined;
}

function whySilent({ active, url }: Webhook): string | undefined {
	if (!active) return 'is not active: set "active" to true with update-webhook';
	return url === null ? "has no URL: set one with update-webhook" : undefined;
}

function eventsOf({
	included_actions,
	excluded_actions,
}: Webhook): readonly string[] | undefined {
	const included = included_actions?.length ? included_actions : undefined;
	const excluded = excluded_actions ?? [];
	if (excluded.length === 0) return included;
	return (included ?? Object.keys(events)).filter(
		(type) => !excluded.includes(type),
	);
}

export function credentialsFor(
	settings: Settings,
): Readonly<Record<string, string>> {
	const { authentication_type: type, username, password } = settings;
	const { api_header_field: header, api_key: key } = settings;
	if (type === "API_KEY" && key !== null)
		return { [header || "X-API-KEY"]: key };
	if (type !== "PASSWORD") return {};
	const pair = `${username ?? ""}:${password ?? ""}`;
	return { Authorization: `Basic ${base64Of(bytesOf(pair))}` };
}

/** The fields around `data`: https://docs.solvimon.com/docs/webhooks-1 */
export function envelope(
	{ type, time }: Pick<EventRecord, "type" | "time">,
	{ options: { environment } }: Pick<Context, "options">,
) {
	return { created_at: toIso(time), type, environment };
}

export const encode: Provider<Solvimon>["encode"] = (
	{ payload: { previous_data = null, ...current } },
	{ includePrevious },
	{ json },
) => ({
	body: bodyOf(includePrevious ? { ...current, previous_data } : current, json),
	headers: { "Content-Type": "application/json" },
});
