import type { Context as AnyContext } from "../../contract/operation.ts";
import type { Documented } from "../../generated/constants-prolific.ts";
import type { components } from "../../generated/prolific.ts";
import type { Provider } from "../../provider.ts";

export type Secret = Readonly<components["schemas"]["SecretDetail"]>;

export type Subscription = Readonly<components["schemas"]["KeptSubscription"]>;

/**
 * The events are those of the receiving guide. Other names in Prolific's examples (`participant.completed` and the like)
 * are in no list of event types, so they are not offered.
 *
 * https://docs.prolific.com/api-reference/webhooks/receiving
 */
export interface Prolific extends Documented {
	state: { secrets: Secret; subscriptions: Subscription };
	rotations: "replace";
}

export type Context = AnyContext<Prolific>;
export type Operations = Provider<Prolific>["operations"];
