import type { NotPlayed } from "../../../contract/fidelity.ts";
import { sources } from "./sources.ts";

const { client, overview } = sources;

/** What of Spritz has to do with webhooks and is not here. */
export const notPlayed: readonly NotPlayed[] = [
	{
		what: "`POST /v1/sandbox/auto-ramp-accounts/{id}/deposit`: simulates a deposit, which fires the `onramp.*` events",
		why: "Send those with `localhook send spritz onramp.created`.",
		source: client,
	},
	{
		what: "`POST /v1/sandbox/deposits/direct`: creates a deposit with a simulated outcome, which fires `achDebit.*` events",
		why: "It needs a prepared authorisation of a user's funding source. Send the events with `localhook send`.",
		source: client,
	},
	{
		what: "The records that resource changes point at: `GET /v1/on-ramps/{id}`, `GET /v1/off-ramps/{id}`, `GET /v1/integrator/ach-debit/returns/{returnId}` and their lists",
		why: "localhook keeps no such records. Answer these calls in your test.",
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
