import type { NotPlayed } from "../../../contract/fidelity.ts";

/** What of Solvimon has to do with webhooks and is not here. */
export const notPlayed: readonly NotPlayed[] = [
	{
		what: "The event that tells of duplicate usage data",
		why: "The guide mentions it; neither its type nor its payload is published.",
		source:
			"https://docs.solvimon.com/platform-guides/for-developers/idempotency",
	},
];
