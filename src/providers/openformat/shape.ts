import type { subscriptions } from "./subscriptions.ts";

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
