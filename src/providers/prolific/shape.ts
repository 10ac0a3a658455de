import type { EventType } from "./events.ts";
import type { subscriptions } from "./subscriptions.ts";

/** A workspace's one secret. */
export interface Secret {
	readonly id: string;
	readonly value: string;
	readonly workspace_id: string;
}

export interface Subscription {
	readonly id: string;
	readonly event_type: string;
	readonly target_url: string;
	readonly is_enabled: boolean;
	readonly workspace_id: string;
	/** What `X-Hook-Secret` carried. */
	readonly token: string;
	/** Whether it was ever switched on. */
	readonly confirmed: boolean;
}

export interface Options {
	readonly targets: "any" | "https";
	readonly createReply: "flat" | "list";
	readonly patchConfirms: "no" | "yes";
	readonly requireWorkspace: "no" | "yes";
	readonly workspaces: "all" | "first";
	readonly json: "python" | "compact";
	readonly retry: "current" | "older" | "none";
}

interface OfSubscription {
	readonly subscription_id: string;
}

type Operations = {
	"get-event-types": object;
	"get-secrets": { query: { readonly workspace_id?: string } };
	"create-secret": { body: { readonly workspace_id?: string } | undefined };
	"get-subscriptions": {
		query: {
			readonly is_enabled: boolean;
			readonly workspace_id?: string;
			readonly limit: number;
			readonly offset: number;
		};
	};
	"create-subscription": {
		body: {
			readonly event_type: string;
			readonly target_url: string;
			readonly workspace_id: string;
		};
	};
	"get-subscription": { params: OfSubscription };
	"confirm-subscription": {
		params: OfSubscription;
		body: { readonly secret: string };
	};
	"update-subscription": {
		params: OfSubscription;
		body: {
			readonly event_type?: string;
			readonly target_url?: string;
			readonly is_enabled?: boolean;
		};
	};
	"delete-subscription": { params: OfSubscription };
	"get-events": {
		params: OfSubscription;
		query: {
			readonly offset: number;
			readonly limit: number;
			readonly status?: string;
			readonly resource_id?: string;
		};
	};
};

/** What the compiler knows of Prolific. */
export type Prolific = {
	state: { secrets: Secret; subscriptions: Subscription };
	events: EventType;
	operations: Operations;
	options: Options;
	subscriptions: typeof subscriptions;
	rotations: "replace";
};
