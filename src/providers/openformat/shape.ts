import type { OptionValues } from "../../contract/fidelity.ts";
import type {
	Call as AnyCall,
	Context as AnyContext,
	InputsOf,
} from "../../contract/operation.ts";
import type { events, options } from "../../generated/constants-openformat.ts";
import type {
	components,
	filled,
	operations,
} from "../../generated/openformat.ts";

/** Nothing private in it, so replies carry it as it is. */
export type Webhook = Readonly<components["schemas"]["Webhook"]>;

/** The account's one secret. */
export interface Secret {
	readonly account: string;
	readonly webhook_secret: string;
	/** How often it was replaced: names the random source of the next one. */
	readonly replaced: number;
}

export type OpenFormat = {
	state: { webhooks: Webhook; secrets: Secret };
	events: keyof typeof events;
	operations: InputsOf<operations, filled>;
	options: OptionValues<typeof options>;
	subscriptions: typeof subscriptions;
	rotations: "replace";
};

export type Context = AnyContext<OpenFormat>;
export type Call<Name extends keyof operations> = AnyCall<OpenFormat, Name>;

/** A webhook that fails its test stays off, so testing one is what confirms it. */
export const subscriptions = {
	create: "create-webhook",
	confirm: "test-webhook",
} as const;
