import type { EventSpec, Provider } from "../../provider.ts";

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

export const subscriptions = {
	create: "create-subscription",
	confirm: "confirm-subscription",
	list: "get-subscriptions",
	remove: "delete-subscription",
} as const;

/**
 * The types of the receiving guide. Other names in Prolific's examples (`participant.completed` and the like)
 * are in no list of event types, so they are not offered.
 *
 * https://docs.prolific.com/api-reference/webhooks/receiving
 */
export const events = {
	"submission.status.change": {
		summary: "A submission moved to another status.",
	},
	"study.status.change": { summary: "A study moved to another status." },
	"study.progress.change": { summary: "The progress of a study changed." },
	"study.has_high_return_rate": {
		summary: "Unusually many participants return a study.",
	},
} as const satisfies Readonly<Record<string, EventSpec>>;

type EventType = keyof typeof events;

export const eventTypes = Object.keys(events) as EventType[];

export const options: Provider<Prolific>["options"] = {
	targets: {
		summary:
			"Which target_url a subscription may have: any web address, or a public https:// one as Prolific demands.",
		values: ["any", "https"],
		default: "any",
		strict: "https",
	},
	createReply: {
		summary:
			"What create-subscription answers: the subscription, as Prolific's clients read it, or the documented list.",
		values: ["flat", "list"],
		default: "flat",
	},
	patchConfirms: {
		summary:
			"Whether update-subscription can enable a subscription that was never confirmed.",
		values: ["no", "yes"],
		default: "no",
	},
	requireWorkspace: {
		summary:
			"Whether create-secret needs a workspace_id; without one the secret is for the caller's first workspace.",
		values: ["no", "yes"],
		default: "no",
	},
	workspaces: {
		summary:
			"Who gets an event that is sent to no workspace in particular: every workspace, or the first that got a secret.",
		values: ["all", "first"],
		default: "all",
	},
	json: {
		summary:
			"How a delivery's body is written: as Python's json.dumps writes it, or without spaces and in UTF-8.",
		values: ["python", "compact"],
		default: "python",
	},
	retry: {
		summary:
			"When a failed delivery is tried again: by the current guide, by its older text, or never.",
		values: ["current", "older", "none"],
		default: "current",
	},
};
