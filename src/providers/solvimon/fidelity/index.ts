import type { FidelityEntry, NotPlayed } from "../../../contract/fidelity.ts";
import { deliveries } from "./deliveries.ts";
import { requests, tools } from "./requests.ts";
import { secrets, webhooks } from "./webhooks.ts";

/** How sure we are of what this double does. */
export const fidelity: readonly FidelityEntry[] = [
	...requests,
	...webhooks,
	...secrets,
	...deliveries,
	...tools,
];

/** What of Solvimon has to do with webhooks and is not here. */
export const notPlayed: readonly NotPlayed[] = [
	{
		what: "The event that tells of duplicate usage data",
		why: "The guide mentions it; neither its type nor its payload is published.",
		source:
			"https://docs.solvimon.com/platform-guides/for-developers/idempotency",
	},
];
