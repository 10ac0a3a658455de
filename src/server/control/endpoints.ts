import type { Outage } from "../../delivery/outages.ts";
import type { Engine } from "../../engine/engine.ts";
import { type ControlOperations, ok } from "./call.ts";

/** Receivers registered at the providers, and outages of theirs. */
export function endpointOperations(engine: Engine): ControlOperations {
	return {
		"list-endpoints": ({ query }) => {
			const { provider } = query as { provider?: string };
			return ok({ endpoints: engine.endpoints(provider) });
		},
		"set-outage": ({ params: { provider = "", id = "" }, body }) => {
			const { outage } = body as { outage: Outage };
			return ok(engine.setOutage(provider, id, outage));
		},
	};
}
