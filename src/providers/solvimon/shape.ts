import type { Call, Context } from "../../contract/operation.ts";
import type { Provider } from "../../provider.ts";
import type { EventType } from "./events.ts";

/** What a customer chooses about a webhook. */
export interface Settings {
	readonly url: string | null;
	readonly name: string | null;
	readonly reference: string | null;
	readonly active: boolean;
	readonly include_previous_data: boolean;
	readonly authentication_type: "PASSWORD" | "API_KEY" | "NONE";
	readonly username: string | null;
	/** Never in a reply. */
	readonly password: string | null;
	readonly api_header_field: string | null;
	/** Never in a reply. */
	readonly api_key: string | null;
	readonly included_actions: readonly string[] | null;
	readonly excluded_actions: readonly string[] | null;
	readonly signing_protocol: string | null;
}

/** A webhook's signing keys. The last two fields are ours and never in a reply. */
export interface Secrets {
	readonly secret_key: string | null;
	readonly previous_secret_key: string | null;
	readonly previous_signing_protocol: string | null;
	readonly secret_rolled_at: string | null;
	/** Epoch milliseconds from which the previous secret no longer signs. */
	readonly previousUntil: number;
}

export interface Webhook extends Settings, Secrets {
	readonly id: string;
}

/** What the documented pages of a list can be asked for. */
export interface PageQuery {
	readonly limit: number;
	readonly page: number;
	readonly order_by?: string;
	readonly order_direction: "asc" | "desc";
}

type OnOne = { params: { version: string; resourceId: string } };

export type Operations = {
	"list-webhooks": { query: PageQuery };
	"create-webhook": { body: Partial<Settings> };
	"list-webhook-actions": { query: PageQuery };
	"test-connection": { body: Partial<Settings> };
	"get-webhook": OnOne;
	"update-webhook": OnOne & { body: Partial<Settings> | undefined };
	"delete-webhook": OnOne;
	"roll-webhook-secret": OnOne & { body: Partial<Settings> | undefined };
	"remove-webhook-secret": OnOne;
	"send-test": OnOne;
	"send-penalty-box-payload": OnOne;
	"list-webhook-events": { query: PageQuery };
	"get-webhook-event": OnOne;
	"resend-webhook-event": OnOne;
};

export type Options = {
	generation: "both" | "newer" | "older";
	unknownVersion: "404" | "400";
	environment: "TEST" | "LIVE";
	createSecret: "none" | "issue";
	separator: "comma" | "space";
	hexCase: "upper" | "lower";
	targets: "any" | "https";
	webhookEvents: "off" | "on";
};

export type Solvimon = {
	state: { webhooks: Webhook };
	events: EventType;
	operations: Operations;
	options: Options;
	subscriptions: typeof subscriptions;
	rotations: "roll";
};

export type SolvimonContext = Context<Solvimon>;
export type SolvimonCall<Name extends keyof Operations> = Call<Solvimon, Name>;

export const subscriptions = {
	create: "create-webhook",
	list: "list-webhooks",
	remove: "delete-webhook",
} as const;

export const options: Provider<Solvimon>["options"] = {
	generation: {
		summary:
			"Which generation of the documentation is in force: the newer one (creating a webhook requires url, name and " +
			"reference, rolling nothing), the older one (both require active, include_previous_data and " +
			"authentication_type), or both (a client of either passes)",
		values: ["both", "newer", "older"],
		default: "both",
		strict: "newer",
	},
	unknownVersion: {
		summary: "The status that answers a version of the API other than 1",
		values: ["404", "400"],
		default: "404",
	},
	environment: {
		summary: "The environment that deliveries say they come from",
		values: ["TEST", "LIVE"],
		default: "TEST",
	},
	createSecret: {
		summary:
			"Whether a new webhook has a secret at once, or none until it is rolled for the first time",
		values: ["none", "issue"],
		default: "none",
	},
	separator: {
		summary:
			"What stands between the signatures of the new and the previous secret",
		values: ["comma", "space"],
		default: "comma",
	},
	hexCase: {
		summary: "The case of a signature's hexadecimal digits",
		values: ["upper", "lower"],
		default: "upper",
	},
	targets: {
		summary:
			"Which receivers can be registered: any web address, or only https",
		values: ["any", "https"],
		default: "any",
		strict: "https",
	},
	webhookEvents: {
		summary:
			"Whether changes to webhooks are events themselves: WEBHOOK.CREATED, WEBHOOK.UPDATED, WEBHOOK.DELETE",
		values: ["off", "on"],
		default: "off",
	},
};
