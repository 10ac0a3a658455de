import { base64Of, bytesOf } from "../../bytes.ts";
import type { Endpoint } from "../../contract/operation.ts";
import type { CollectionSpec, EventRecord } from "../../contract/records.ts";
import { events as eventSpecs } from "./events.ts";
import { validSecrets } from "./secrets.ts";
import type { Settings, SolvimonContext, Webhook } from "./shape.ts";

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

/** Who gets an event: those that include it or include nothing in particular, and do not exclude it. */
export function receiversOf(
	{ type }: EventRecord,
	{ state, now }: SolvimonContext,
): Endpoint[] {
	return [
		...state.webhooks.by("action", type),
		...state.webhooks.by("everything", "listens"),
	]
		.filter((webhook) => !webhook.excluded_actions?.includes(type))
		.map((webhook) => toEndpoint(webhook, now()));
}

/** The receiver as it is now; undefined: it is deleted, inactive or has no URL. */
export function receiverOf(
	id: string,
	{ state, now }: SolvimonContext,
): Endpoint | undefined {
	const webhook = state.webhooks.get(id);
	return webhook !== undefined && isListening(webhook)
		? toEndpoint(webhook, now())
		: undefined;
}

/** The events that a webhook gets; nothing: all of them. */
export function listensTo({ included_actions, excluded_actions }: Webhook): {
	readonly events?: readonly string[];
} {
	const included = included_actions?.length ? included_actions : undefined;
	const excluded = excluded_actions ?? [];
	if (included === undefined && excluded.length === 0) return {};
	const events = included ?? Object.keys(eventSpecs);
	return { events: events.filter((type) => !excluded.includes(type)) };
}

export function isListening(webhook: Webhook): boolean {
	return webhook.active && webhook.url !== null;
}

function toEndpoint(webhook: Webhook, at: number): Endpoint {
	return {
		id: webhook.id,
		url: webhook.url ?? "",
		secrets: validSecrets(webhook, at),
		headers: credentialsFor(webhook),
		includePrevious: webhook.include_previous_data,
	};
}

/** What a delivery shows so that the receiver knows the sender. */
export function credentialsFor(
	settings: Settings,
): Readonly<Record<string, string>> {
	const {
		authentication_type: type,
		username,
		password,
		api_header_field: header,
		api_key: key,
	} = settings;
	if (type === "API_KEY" && key !== null)
		return { [header || "X-API-KEY"]: key };
	if (type !== "PASSWORD") return {};
	const pair = `${username ?? ""}:${password ?? ""}`;
	return { Authorization: `Basic ${base64Of(bytesOf(pair))}` };
}
