import { builtInIds, installedOf } from "../../src/catalog.ts";
import type { DeliveryPolicy } from "../../src/contract/policy.ts";
import type { Signer } from "../../src/contract/signing.ts";
import { resolveOptions } from "../../src/engine/options.ts";
import type { EventOf, ProviderId } from "../../src/hooks/document-types.ts";
import { operationsOf } from "../../src/openapi/operations.ts";
import type { Provider } from "../../src/provider.ts";
import { pathTo } from "./documents.ts";
import { defaultEventOf } from "./engine.ts";

/** What tests that are about no provider have to know of one. */
export interface Picked {
	readonly id: ProviderId;
	/** An event that every receiver of everything gets. */
	readonly event: EventOf<ProviderId>;
	/** Another one. */
	readonly otherEvent: EventOf<ProviderId>;
	readonly provider: Provider;
	readonly header: string;
	/** In lower case, the headers of its signature and of the time in that, if there is one. */
	readonly signature: string;
	readonly time: string;
	/** Where something can be read without a parameter. */
	readonly path: string;
}

/** The first provider of the catalogue that has what a test needs, so that the test names none. */
export function providerWith(
	has: (
		provider: Provider,
		signer: Signer,
		policy: DeliveryPolicy,
	) => unknown = () => true,
): Picked {
	const signerOf = (provider: Provider) =>
		provider.signer(resolveOptions(provider, {}, false));
	const found = installedOf(builtInIds).find(({ provider }) => {
		const policy = provider.delivery(resolveOptions(provider, {}, false));
		return has(provider, signerOf(provider), policy);
	});
	if (found === undefined) throw new Error("No provider has that.");
	const { provider, document } = found;
	const { header, timestampHeader = "" } = signerOf(provider);
	const readable = operationsOf(document).find(
		({ method, parameters }) =>
			method === "GET" &&
			parameters.every(
				({ in: place, schema }) =>
					place !== "path" || schema.default !== undefined,
			),
	);
	const event = defaultEventOf(provider);
	const [otherEvent = ""] = Object.keys(provider.events).filter(
		(type) => type !== event,
	);
	return {
		id: provider.id as ProviderId,
		event: event as EventOf<ProviderId>,
		otherEvent: otherEvent as EventOf<ProviderId>,
		provider,
		header,
		signature: header.toLowerCase(),
		time: timestampHeader.toLowerCase(),
		path: readable === undefined ? "/" : pathTo(document, readable),
	};
}

/** Signs a time, retries, and replaces its secrets at once: what most providers do. */
export const usual = providerWith(
	({ ownedSecrets }, { timestampHeader }, { retry }) =>
		timestampHeader && retry.delays.length > 0 && ownedSecrets?.replace,
);

/** Has two secrets for a while. */
export const rolling = providerWith(({ ownedSecrets }) => ownedSecrets?.roll);

/** Signs the body alone, and asks no receiver whether it wants anything. */
export const plain = providerWith(
	({ handshake }, { timestampHeader }) => !handshake && !timestampHeader,
);
