import type { FidelityEntry, NotPlayed } from "../../../contract/fidelity.ts";

const docs = "https://docs.sandbox.spritz.finance";
const github = "https://github.com/spritz-finance";

/** Where a behaviour is stated, or left open. */
export const sources = {
	overview: `${docs}/api`,
	authentication: `${docs}/guides/authentication`,
	errorHandling: `${docs}/guides/error-handling`,
	putSecret: `${docs}/api/operations/putv1integratorwebhook-secret`,
	regenerateSecret: `${docs}/api/operations/postv1integratorregenerate-secret`,
	readme: `${github}/api-client#readme`,
	requestSigning: `${github}/api-client/blob/5d910ba7fda9bef0383807163b29891a5d785879/src/lib/hmac.ts`,
	olderSpec: `${github}/spritz-mcp-server/blob/HEAD/openapi.json`,
	/** Its types are made from the provider's own OpenAPI document of September 2026. */
	client: "https://www.npmjs.com/package/@spritz-finance/api-client/v/0.18.1",
};

export function documented(source: string, claim: string): FidelityEntry {
	return { claim, mark: "documented", source };
}

export function observed(source: string, claim: string): FidelityEntry {
	return { claim, mark: "observed", source };
}

export function assumed(
	source: string,
	claim: string,
	option?: string,
): FidelityEntry {
	return {
		claim,
		mark: "assumed",
		source,
		...(option !== undefined && { option }),
	};
}

const { client, overview } = sources;

/** What of Spritz has to do with webhooks and is not here. */
export const notPlayed: readonly NotPlayed[] = [
	{
		what: "`POST /v1/sandbox/auto-ramp-accounts/{id}/deposit`: simulates a deposit into an account, which fires `onramp.*` events",
		why: "It needs a user's account, its fees and live rates, and its events are not named one by one. Send `onramp.created`, `onramp.updated` and `onramp.completed` with `localhook send` or `hooks.spritz.send`.",
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
