import type { Context, Endpoint } from "../../contract/operation.ts";
import type { DeliveryPolicy, RetryPolicy } from "../../contract/policy.ts";
import type { EventRecord } from "../../contract/records.ts";
import type { Encoded } from "../../provider.ts";
import { hmac } from "../../signing/hmac.ts";
import { pythonJson } from "./python-json.ts";
import type { Options, Prolific, Secret, Subscription } from "./shape.ts";

const minute = 60_000;
const hour = 60 * minute;

const retries: Readonly<Record<Options["retry"], RetryPolicy>> = {
	// https://docs.prolific.com/api-reference/webhooks/event-delivery-and-retry-logic
	current: {
		delays: doublingMinutes(12),
		jitter: "full",
		maxElapsed: 48 * hour,
	},
	// The same page before it was rewritten, and https://beta-docs.prolific.com still.
	older: { delays: doublingMinutes(11), jitter: "none", maxElapsed: 24 * hour },
	none: { delays: [], jitter: "none" },
};

export function policy({ retry }: Options): DeliveryPolicy {
	return { timeout: 10_000, retry: retries[retry], ordered: false };
}

export function encode(
	event: EventRecord,
	_: Endpoint,
	{ json }: Options,
): Encoded {
	return {
		body:
			json === "python"
				? pythonJson(event.payload)
				: JSON.stringify(event.payload),
		headers: {
			"Content-Type": "application/json",
			"X-Event-ID": event.id,
			"X-Timestamp": toSeconds(event.time),
		},
	};
}

/** A study lives in one workspace; which one an event's does is known only if the user says so. */
export function endpoints(
	{ type, workspace }: EventRecord,
	{ state, options }: Context<Prolific>,
): Endpoint[] {
	const [first] = options.workspaces === "first" ? state.secrets.values() : [];
	const wanted = workspace ?? first?.workspace_id;
	return state.subscriptions
		.by("enabled", type)
		.filter((each) => wanted === undefined || each.workspace_id === wanted)
		.map((each) => toEndpoint(each, state.secrets.get(each.workspace_id)));
}

export function endpoint(
	id: string,
	{ state }: Context<Prolific>,
): Endpoint | undefined {
	const subscription = state.subscriptions.get(id);
	if (!subscription?.is_enabled) return undefined;
	return toEndpoint(subscription, state.secrets.get(subscription.workspace_id));
}

function toEndpoint(
	{ id, target_url }: Subscription,
	secret: Secret | undefined,
): Endpoint {
	return {
		id,
		url: target_url,
		secrets: secret === undefined ? [] : [secret.value],
	};
}

function doublingMinutes(count: number): number[] {
	return Array.from({ length: count }, (_, retry) => 2 ** retry * minute);
}

const toSeconds = (milliseconds: number): string =>
	String(Math.floor(milliseconds / 1000));

/**
 * Base64 of HMAC-SHA256 over timestamp and body with nothing between them. The key is the secret's text as it stands,
 * though it looks like base64.
 *
 * https://docs.prolific.com/api-reference/webhooks/verifying
 */
export const signer = hmac({
	header: "X-Prolific-Request-Signature",
	encoding: "base64",
	timestamp: {
		header: "X-Prolific-Request-Timestamp",
		format: toSeconds,
		parse: (text) => (/^\d+$/.test(text) ? Number(text) * 1000 : Number.NaN),
	},
	content: (body, timestamp) => [timestamp, body],
});
