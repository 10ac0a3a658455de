import type { Context as AnyContext } from "../../contract/operation.ts";
import type { Documented } from "../../generated/constants-openformat.ts";
import type { components } from "../../generated/openformat.ts";
import type { Provider } from "../../provider.ts";

/** Nothing private in it, so replies carry it as it is. */
export type Webhook = Readonly<components["schemas"]["Webhook"]>;

export interface OpenFormat extends Documented {
	state: {
		webhooks: Webhook;
		secrets: components["schemas"]["KeptSecret"];
	};
	rotations: "replace";
}

export type Context = AnyContext<OpenFormat>;
export type Operations = Provider<OpenFormat>["operations"];
