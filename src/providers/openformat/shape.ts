import type { Provider } from "../../provider.ts";

/** A record of the document's `Webhook`: nothing private in it, so replies carry it as it is. */
export interface Webhook {
	readonly id: number;
	readonly url: string;
	/** Empty: all of them. */
	readonly events: readonly SubscribableEvent[];
	readonly disabled: boolean;
	readonly disabled_at: string | null;
	readonly created_at: string;
}

/** The account's one secret. */
export interface Secret {
	readonly account: string;
	readonly webhook_secret: string;
	/** How often it was replaced: names the random source of the next one. */
	readonly replaced: number;
}

export type SubscribableEvent = "transaction";

export type Formula =
	| "hmac-text-key"
	| "hmac-bytes-key"
	| "sha256-secret-body"
	| "sha256-body-secret";

export type OpenFormat = {
	state: { webhooks: Webhook; secrets: Secret };
	events: SubscribableEvent | "test";
	operations: {
		"create-webhook": {
			body: {
				readonly url: string;
				readonly events?: readonly SubscribableEvent[];
			};
		};
		"get-webhook": { params: { readonly id: string } };
		"update-webhook": {
			params: { readonly id: string };
			body: {
				readonly url?: string;
				readonly events?: readonly SubscribableEvent[];
			};
		};
		"test-webhook": { params: { readonly id: string } };
		"get-webhook-secret": never;
		"create-webhook-secret": never;
	};
	options: {
		formula: Formula;
		initialSecret: "exists" | "none";
		keys: "any" | "uuid";
		retry: "none" | "assumed";
		targets: "any" | "https";
		verification: "required" | "off";
	};
	subscriptions: typeof subscriptions;
	rotations: "replace";
};

/** A webhook that fails its test stays off, so testing one is what confirms it. */
export const subscriptions = {
	create: "create-webhook",
	confirm: "test-webhook",
} as const;

export const options: Provider<OpenFormat>["options"] = {
	formula: {
		summary:
			"How the secret and the body become a signature. OpenFormat's own formula is not known for sure.",
		values: [
			"hmac-text-key",
			"hmac-bytes-key",
			"sha256-secret-body",
			"sha256-body-secret",
		],
		default: "hmac-text-key",
	},
	initialSecret: {
		summary: "Whether an account has a secret before it first asks for one.",
		values: ["exists", "none"],
		default: "exists",
	},
	keys: {
		summary:
			"Which API keys are accepted while none is pinned: anything that looks like one, or UUIDs only.",
		values: ["any", "uuid"],
		default: "any",
		strict: "uuid",
	},
	retry: {
		summary:
			"What follows a failed delivery: nothing, or retries after 1, 5 and 30 minutes.",
		values: ["none", "assumed"],
		default: "none",
	},
	targets: {
		summary:
			"Which URLs a webhook may have: http:// and https://, or https:// only.",
		values: ["any", "https"],
		default: "any",
		strict: "https",
	},
	verification: {
		summary:
			"Whether a webhook gets deliveries only once it has passed its test.",
		values: ["required", "off"],
		default: "required",
	},
};
