import type { FidelityEntry } from "../../../contract/fidelity.ts";

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
