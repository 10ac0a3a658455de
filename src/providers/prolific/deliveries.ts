import type { RetryPolicy } from "../../contract/policy.ts";
import type { CollectionSpec } from "../../contract/records.ts";
import type {
	Outcome,
	OwnedSecrets,
	Provider,
	Receivers,
} from "../../provider.ts";
import { createSigner } from "../../signing/signer.ts";
import { issueSecret } from "./credentials.ts";
import type { Context, Prolific, Subscription } from "./shape.ts";

type Options = Prolific["options"];

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

function doublingMinutes(count: number): number[] {
	return Array.from({ length: count }, (_, retry) => 2 ** retry * minute);
}

/**
 * Base64 of HMAC-SHA256 over timestamp and body with nothing between them. The key is the secret's text as it stands,
 * though it looks like base64.
 *
 * https://docs.prolific.com/api-reference/webhooks/verifying
 */
export const signer = createSigner({
	content: "{timestamp}{body}",
	encoding: "base64",
	headers: {
		"X-Prolific-Request-Signature": "{signatures}",
		"X-Prolific-Request-Timestamp": "{timestamp}",
	},
});

export const deliveries: Pick<
	Provider<Prolific>,
	"eventFields" | "encode" | "signer" | "delivery" | "healthKey" | "attempted"
> = {
	eventFields: ({ type }) => ({ event_type: type }),
	encode: (event, _, { json }) => ({
		body:
			json === "python"
				? pythonJson(event.payload)
				: JSON.stringify(event.payload),
		headers: {
			"Content-Type": "application/json",
			"X-Event-ID": event.id,
			"X-Timestamp": String(Math.floor(event.time / 1000)),
		},
	}),
	signer: () => signer,
	delivery: ({ retry }) => ({
		timeout: 10_000,
		retry: retries[retry],
		ordered: false,
	}),
	healthKey: ({ url }, { type }) => pairOf(url, type),
	attempted: disablePersistentFailures,
};

export const subscriptionCollection: CollectionSpec<Subscription> = {
	schema: "SubscriptionDetail",
	key: "id",
	indexes: {
		enabled: ({ event_type, is_enabled }) => (is_enabled ? [event_type] : []),
		pair: ({ target_url, event_type }) => [pairOf(target_url, event_type)],
		token: ({ token }) => [token],
		workspace: ({ workspace_id }) => [workspace_id],
	},
};

export const ownedSecrets: OwnedSecrets<Prolific> = {
	ownedBy: "workspace",
	owners: ({ state }) =>
		Array.from(state.secrets.values(), ({ workspace_id }) => workspace_id),
	of(owner, { state }) {
		const secret = state.secrets.get(owner);
		return secret && [secret.value];
	},
	replace: (owner, context) => void issueSecret(owner, context),
};

export const receivers: Receivers<Prolific, "subscriptions"> = {
	collection: "subscriptions",
	/** A study lives in one workspace; which one an event's does is known only if the user says so. */
	listening({ type, workspace }, { state, options }) {
		const [first] =
			options.workspaces === "first" ? state.secrets.values() : [];
		const wanted = workspace ?? first?.workspace_id;
		return state.subscriptions
			.by("enabled", type)
			.filter((each) => wanted === undefined || each.workspace_id === wanted);
	},
	describe(subscription) {
		const { id, target_url, event_type, workspace_id } = subscription;
		return {
			id,
			url: target_url,
			off: subscription.is_enabled ? undefined : whyDisabled(subscription),
			events: [event_type],
			owner: workspace_id,
		};
	},
};

function whyDisabled({ id, confirmed }: Subscription): string {
	return confirmed
		? "is switched off: by an update, or after five days of failures"
		: `waits for its confirmation: send the X-Hook-Secret of the reply that created it, as { "secret": "..." }, to POST /api/v1/hooks/subscriptions/${id}/ (confirm-subscription)`;
}

export function pairOf(url: string, type: string): string {
	return `${type} ${url}`;
}

const limit = 5 * 24 * hour;

/**
 * Five days of nothing but failures switch off every subscription to one event type at one URL.
 *
 * https://docs.prolific.com/api-reference/webhooks/persistent-failures-and-disabling-logic
 */
function disablePersistentFailures(
	{ delivery, attempt, health }: Outcome,
	{ state, lasting }: Context,
): void {
	const { failingSince } = health;
	if (failingSince === undefined || attempt.at - failingSince < lasting(limit))
		return;
	const failing = state.subscriptions.get(delivery.endpoint);
	if (failing === undefined) return;
	const pair = pairOf(failing.target_url, delivery.event.type);
	for (const subscription of state.subscriptions.by("pair", pair)) {
		if (subscription.is_enabled)
			state.subscriptions.put({ ...subscription, is_enabled: false });
	}
}

/**
 * A JSON value as Python's `json.dumps` writes it: a space behind `:` and `,`, and nothing beyond ASCII.
 * Prolific's own verification sample hashes `json.dumps` of the parsed body, which can only fit if this is what is signed.
 *
 * https://docs.prolific.com/api-reference/webhooks/verifying
 *
 * @returns bytes that are to be copied before the next call
 * @example
 * pythonJson({ name: "Zoë", tags: [1, 2] }) // {"name": "Zo\u00eb", "tags": [1, 2]}
 */
export function pythonJson(value: unknown): Uint8Array {
	if (bytes.length > mostKept) bytes = new Uint8Array(mostKept);
	end = 0;
	write(value);
	return bytes.subarray(0, end);
}

const mostKept = 64 * 1024;
/** Where it is written: a text put together from hundreds of pieces would have to be copied once more. */
let bytes = new Uint8Array(mostKept);
let end = 0;

function write(value: unknown): void {
	if (typeof value === "string") writeQuoted(value);
	else if (typeof value === "number") writeAscii(numberText(value));
	else if (Array.isArray(value)) {
		writeAscii("[");
		for (let i = 0; i < value.length; i++) {
			if (i > 0) writeAscii(", ");
			write(value[i]);
		}
		writeAscii("]");
	} else if (typeof value === "object" && value !== null) {
		writeAscii("{");
		const first = end;
		for (const name of Object.keys(value)) {
			const member = (value as Readonly<Record<string, unknown>>)[name];
			if (member === undefined) continue;
			if (end > first) writeAscii(", ");
			writeQuoted(name);
			writeAscii(": ");
			write(member);
		}
		writeAscii("}");
	} else writeAscii(typeof value === "boolean" ? String(value) : "null");
}

function writeQuoted(text: string): void {
	if (plain.test(text)) {
		writeAscii('"');
		writeAscii(text);
		writeAscii('"');
	} else writeAscii(escaped(text));
}

function writeAscii(text: string): void {
	if (end + text.length > bytes.length) {
		const longer = new Uint8Array((end + text.length) * 2);
		longer.set(bytes);
		bytes = longer;
	}
	for (let i = 0; i < text.length; i++) bytes[end++] = text.charCodeAt(i);
}

/** What JSON and Python write alike: as it is, between quotes. */
const plain = /^[ !#-[\]-~]*$/;
const beyondAscii = /[\u007f-\uffff]/g;

function escaped(text: string): string {
	return JSON.stringify(text).replace(
		beyondAscii,
		(character) =>
			`\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
}

/**
 * JavaScript cannot tell 1.0 from 1, so what is whole is written as a Python int, or as JSON has it from 1e21 on.
 * What has a fraction is written as a Python float.
 */
function numberText(value: number): string {
	if (!Number.isFinite(value)) return "null";
	// An int has no minus zero.
	if (Object.is(value, -0)) return "-0.0";
	const size = Math.abs(value);
	if (size === 0 || size >= 1e-4) return String(value);
	// Python takes powers of ten below 0.0001, JavaScript below 0.000001, and Python gives the power two digits.
	return value.toExponential().replace(/-(\d)$/, "-0$1");
}
