import type { NotPlayed } from "../../../contract/fidelity.ts";
import { sources } from "./sources.ts";

const { client, overview } = sources;

/** What of Spritz has to do with webhooks and is not here. */
export const notPlayed: readonly NotPlayed[] = [
	{
		what: "`POST /v1/sandbox/auto-ramp-accounts/{id}/deposit`: simulates a deposit into an account, which fires `onramp.*` events",
		why: "It needs a user's account, its fees and live rates, and its events are not named one by one. Send `onramp.created`, `onramp.updated` and `onramp.completed` with `localhook send` or `emit`.",
		source: client,
	},
	{
		what: "`POST /v1/sandbox/deposits/direct`: creates a deposit by one `returnSimulation`, `riskSimulation` or `lifecycleSimulation`, with an `Idempotency-Key`; it fires `achDebit.*` events",
		why: "It needs a user's funding source and a prepared authorisation. Send the events with `localhook send`: `sequence` rises by itself.",
		source: client,
	},
	{
		what: "The records that resource changes point at: `GET /v1/on-ramps/{id}`, `GET /v1/off-ramps/{id}`, `GET /v1/integrator/ach-debit/returns/{returnId}` and their lists",
		why: "localhook keeps no such records. Add the routes to your own handlers (`--handlers`).",
		source: client,
	},
	{
		what: "`GET /v1/integrator/`, `GET /v1/integrator/users`, `POST /v1/integrator/tokens`",
		why: "They have no part in webhooks. Any integrator key that is not pinned is accepted.",
		source: client,
	},
	{
		what: "The older host's `/users/integrators/webhooks` and `/users/integrators/webhook-secret`",
		why: "`/v1/integrator` has taken their place.",
		source: overview,
	},
];
