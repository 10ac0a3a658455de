import type { Context as AnyContext } from "../../contract/operation.ts";
import type { Documented } from "../../generated/constants-spritz.ts";
import type { components } from "../../generated/spritz.ts";
import type { Provider } from "../../provider.ts";

/** `failureCount` is stored as 0 and read from the deliveries: it changes with every attempt. */
export type Webhook = Readonly<components["schemas"]["Webhook"]>;

export interface WebhookSecret {
	readonly id: "webhook-secret";
	readonly secret: string;
}

/** The API secret that `regenerate-secret` gave an integrator key. */
export interface ApiSecret
	extends Readonly<components["schemas"]["RegeneratedSecret"]> {
	readonly key: string;
	/** Absent: the old secret was never told to us. */
	readonly oldSecrets?: readonly string[];
}

export interface Sequence {
	readonly id: string;
	readonly value: number;
}

export interface Spritz extends Documented {
	state: {
		webhooks: Webhook;
		webhookSecrets: WebhookSecret;
		apiSecrets: ApiSecret;
		sequences: Sequence;
	};
	rotations: "replace";
}

export type Context = AnyContext<Spritz>;
export type Operations = Provider<Spritz>["operations"];
