import type {
	Call as AnyCall,
	Context as AnyContext,
} from "../../contract/operation.ts";
import type { EventName } from "./events.ts";

/** `failureCount` is stored as 0 and read from the deliveries: it changes with every attempt. */
export interface Webhook {
	readonly id: string;
	readonly events: readonly (EventName | "*")[];
	readonly url: string;
	readonly failureCount: number;
	readonly disabled: boolean;
}

/** The one secret that signs the deliveries of all webhooks. */
export interface WebhookSecret {
	readonly id: "webhook-secret";
	readonly secret: string;
}

/** The API secret that `regenerate-secret` gave an integrator key. */
export interface ApiSecret {
	readonly key: string;
	readonly secret: string;
	readonly oldSecretExpiresAt?: string;
	/** Absent: the old secret was never told to us. */
	readonly oldSecrets?: readonly string[];
}

/** The last number of a flow. */
export interface Sequence {
	readonly id: string;
	readonly value: number;
}

type OptionValue<Name extends keyof typeof options> =
	(typeof options)[Name]["values"][number];

export type Spritz = {
	state: {
		webhooks: Webhook;
		webhookSecrets: WebhookSecret;
		apiSecrets: ApiSecret;
		sequences: Sequence;
	};
	events: EventName;
	operations: {
		"list-webhooks": object;
		"create-webhook": {
			body: { readonly url: string; readonly events?: Webhook["events"] };
		};
		"update-webhook": {
			params: { readonly webhookId: string };
			body: { readonly events: Webhook["events"] };
		};
		"delete-webhook": { params: { readonly webhookId: string } };
		"list-webhook-deliveries": {
			query: { readonly limit: number; readonly cursor?: string };
		};
		"set-webhook-secret": { body: { readonly secret: string } };
		"put-webhook-secret": { body: { readonly secret: string } };
		"regenerate-secret": {
			body: { readonly oldSecretValidForSeconds?: number };
		};
	};
	options: { [Name in keyof typeof options]: OptionValue<Name> };
	subscriptions: typeof subscriptions;
	rotations: "replace";
};

export type Context = AnyContext<Spritz>;
export type Call<Name extends keyof Spritz["operations"]> = AnyCall<
	Spritz,
	Name
>;

export const subscriptions = {
	create: "create-webhook",
	list: "list-webhooks",
	remove: "delete-webhook",
} as const;

/** Behaviours that Spritz does not state, or states in two ways. */
export const options = {
	authentication: {
		summary:
			"What a caller must send: a signed request, or also the older X-INTEGRATION-KEY alone",
		values: ["hmac", "key-only"],
		default: "hmac",
	},
	retry: {
		summary:
			"Whether failed deliveries are tried again: after 1 min, 5 min, 30 min, 2 h and 12 h, or never",
		values: ["assumed", "none"],
		default: "assumed",
	},
	disableAfter: {
		summary: "Consecutive failed attempts after which a webhook is disabled",
		values: ["never", "10"],
		default: "never",
	},
} as const;
