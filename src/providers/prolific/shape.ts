import type { OptionValues } from "../../contract/fidelity.ts";
import type {
	Call as AnyCall,
	Context as AnyContext,
	InputsOf,
} from "../../contract/operation.ts";
import type { events, options } from "../../generated/constants-prolific.ts";
import type {
	components,
	filled,
	operations,
} from "../../generated/prolific.ts";

/** A workspace's one secret. */
export type Secret = Readonly<components["schemas"]["SecretDetail"]>;

export interface Subscription
	extends Readonly<components["schemas"]["SubscriptionDetail"]> {
	/** What `X-Hook-Secret` carried. */
	readonly token: string;
	/** Whether it was ever switched on. */
	readonly confirmed: boolean;
}

/**
 * The events are those of the receiving guide. Other names in Prolific's examples (`participant.completed` and the like)
 * are in no list of event types, so they are not offered.
 *
 * https://docs.prolific.com/api-reference/webhooks/receiving
 */
export type Prolific = {
	state: { secrets: Secret; subscriptions: Subscription };
	events: keyof typeof events;
	operations: InputsOf<operations, filled>;
	options: OptionValues<typeof options>;
	subscriptions: typeof subscriptions;
	rotations: "replace";
};

export type Context = AnyContext<Prolific>;
export type Call<Name extends keyof operations> = AnyCall<Prolific, Name>;

export const subscriptions = {
	create: "create-subscription",
	confirm: "confirm-subscription",
	list: "get-subscriptions",
	remove: "delete-subscription",
} as const;
