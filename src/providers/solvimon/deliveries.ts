import { base64Of, bytesOf } from "../../bytes.ts";
import type { EventRecord } from "../../contract/records.ts";
import { events } from "../../generated/constants-solvimon.ts";
import type { Receivers } from "../../provider.ts";
import type { Context, Settings, Solvimon, Webhook } from "./shape.ts";
import { toIso } from "./webhook.ts";

export const receivers: Receivers<Solvimon, "webhooks"> = {
	collection: "webhooks",
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
