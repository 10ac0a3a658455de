import type { FidelityEntry } from "../../../contract/fidelity.ts";
import type { Options } from "../shape.ts";

export function documented(
	source: string,
	...claims: string[]
): FidelityEntry[] {
	return claims.map((claim) => ({ claim, mark: "documented", source }));
}

export function observed(source: string, ...claims: string[]): FidelityEntry[] {
	return claims.map((claim) => ({ claim, mark: "observed", source }));
}

export function reported(source: string, ...claims: string[]): FidelityEntry[] {
	return claims.map((claim) => ({ claim, mark: "reported", source }));
}

/** The source is the page that leaves it open. */
export function assumed(source: string, ...claims: string[]): FidelityEntry[] {
	return claims.map((claim) => ({ claim, mark: "assumed", source }));
}

/** An assumption that an option changes. */
export function switchable(
	option: keyof Options,
	source: string,
	claim: string,
): FidelityEntry {
	return { claim, mark: "assumed", source, option };
}

const docs = "https://docs.solvimon.com";
const guides = `${docs}/platform-guides/for-developers`;
const pages = `${docs}/api-docs/configuration-api/webhooks`;

export const authentication = `${guides}/authentication`;
export const create = `${pages}/post-webhooks`;
export const errors = `${guides}/errors`;
export const guide = `${docs}/docs/webhooks-1`;
export const idempotency = `${guides}/idempotency`;
export const introduction = `${guides}/introduction`;
export const olderCreate = `${pages}/create-a-web-hook`;
export const openapi = `${docs}/openapi.yaml`;
export const queries = `${docs}/docs/query-parameters`;
export const rolling = `${pages}/get-a-new-webhook-secret-this-rolls-the-current-token`;
export const testing = `${pages}/post-webhooks-test-connection`;
export const troubleshooting = `${guides}/troubleshooting`;
export const webhookEvents = `${guides}/webhook-events`;

/** Solvimon's own client for browsers. */
export const environments =
	"https://github.com/Solvimon/solvimon-web/blob/5174b6fcb1def7a013719aa0b0b524700e03dba9/docs/development/environments.md";

// A third party's digest of the guides, read where the guides themselves could not be.
const digests =
	"https://github.com/api-evangelist/solvimon/blob/58626d4c73fa19c2d0d7446471b2ce80c38f7ae7";
export const digest = `${digests}/webhooks/solvimon-webhooks.yml`;
export const conventions = `${digests}/conventions/solvimon-conventions.yml`;
export const sandbox = `${digests}/sandbox/solvimon-sandbox.yml`;
export const dataModel = `${digests}/data-model/solvimon-data-model.yml`;
