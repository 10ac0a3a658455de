import type { Context as AnyContext } from "../../contract/operation.ts";
import type { Documented } from "../../generated/constants-spritz.ts";
import type { components } from "../../generated/spritz.ts";
import type { Provider } from "../../provider.ts";

/** `failureCount` is stored as 0 and read from the deliveries: it changes with every attempt. */
export type Webhook = Readonly<components["schemas"]["Webhook"]>;

export interface Spritz extends Documented {
	state: {
		webhooks: Webhook;
		webhookSecrets: components["schemas"]["KeptWebhookSecret"];
		apiSecrets: components["schemas"]["KeptApiSecret"];
		sequences: components["schemas"]["KeptSequence"];
	};
	rotations: "replace";
}

export type Context = AnyContext<Spritz>;
export type Operations = Provider<Spritz>["operations"];
