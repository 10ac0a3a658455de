import type {
	Call as AnyCall,
	Context as AnyContext,
} from "../../contract/operation.ts";
import type { Documented } from "../../generated/constants-solvimon.ts";
import type { components } from "../../generated/solvimon.ts";
import type { Provider } from "../../provider.ts";

/** What a customer chooses about a webhook. The password and the API key are never in a reply. */
export type Settings = Readonly<
	Required<
		Omit<
			components["schemas"]["WebhookUpdateRequest"],
			"previous_signing_protocol" | "secret_rolled_at" | "penalty_box_data"
		>
	>
>;

export interface Webhook extends Settings {
	readonly id: string;
	readonly secret_key: string | null;
	readonly previous_secret_key: string | null;
	readonly previous_signing_protocol: string | null;
	readonly secret_rolled_at: string | null;
	/** Epoch milliseconds from which the previous secret no longer signs. Never in a reply. */
	readonly previousUntil: number;
}

export interface Solvimon extends Documented {
	state: { webhooks: Webhook };
	rotations: "roll";
}

export type Context = AnyContext<Solvimon>;
export type Operations = Provider<Solvimon>["operations"];
export type Call<Name extends keyof Operations> = AnyCall<Solvimon, Name>;

/** What send-test and test-connection deliver. Nobody subscribes to it. */
export const testEvent = "WEBHOOK.TEST";
