import { bytesOf } from "../bytes.ts";
import type { Endpoint } from "../contract/operation.ts";
import type { Delivery, EventRecord } from "../contract/records.ts";
import type { Recipe } from "../contract/signing.ts";
import { messageOf, sign } from "../delivery/attempt.ts";
import { tamper } from "../delivery/bad-signature.ts";
import type { How } from "../delivery/in-flight.ts";
import { invalidRequest, notFound, quoted } from "../errors.ts";
import { withoutCredentials } from "../web-address.ts";
import { dryRunContext } from "./collections.ts";
import type { EventRequest } from "./composer.ts";
import { findEndpoint, pinnedAt } from "./endpoints.ts";
import type { Session } from "./session.ts";

export interface Preview {
	readonly endpoint: string;
	readonly url: string;
	/** The provider's own. */
	readonly headers: Readonly<Record<string, string>>;
	/** What the receiver's URL and the user add: secrets. */
	readonly receiverHeaders: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
	/** How to compute its signature again; undefined: it has none, or none that other tools know. */
	readonly recipe: Recipe | undefined;
}

/** What an event would send now, endpoint by endpoint; nothing is sent, recorded or used up. */
export function previews(
	session: Session,
	type: string,
	request: EventRequest,
): Preview[] {
	session.ready();
	const context = dryRunContext(session.provider, session.context);
	const event = session.compose(type, request, context);
	const { endpoints, how } = session.addressed(event, request, context);
	return endpoints.map((endpoint) => preview(session, event, endpoint, how));
}

function preview(
	{ provider, signer, context, settings, run, allowedReceivers }: Session,
	event: EventRecord,
	endpoint: Endpoint,
	how: How,
): Preview {
	const { signing } = how;
	const encoded = provider.encode(event, endpoint, settings.options);
	const kept = bytesOf(how.body ?? encoded.body);
	const body = signing?.kind === "tampered-body" ? tamper(kept) : kept;
	const at = context.now();
	const message = messageOf(event, endpoint, encoded.headers, body, at);
	const signature = sign(signing, signer, message, () =>
		run.signedBefore(endpoint),
	);
	const receiver = allowedReceivers.resolve(endpoint.url);
	const isSigned = signing === undefined && endpoint.secrets.length > 0;
	return {
		endpoint: endpoint.id,
		url: withoutCredentials(endpoint.url),
		headers: { ...encoded.headers, ...endpoint.headers, ...signature },
		receiverHeaders: receiver.headers ?? {},
		body,
		recipe: isSigned ? signer.recipe(message) : undefined,
	};
}

/** `exact`: the same bytes and headers. `resign`: the same bytes with a timestamp and signature of now. */
export type ResendMode = "exact" | "resign";

/**
 * Sends a delivery once more, as a new one that names it as its parent.
 *
 * @param elsewhere the id of another endpoint to send it to
 * @throws LocalhookError `not-found` when its endpoint is gone and it is to be signed anew; `invalid-request` when
 * there is nothing yet to repeat exactly
 */
export function resend(
	session: Session,
	parent: Delivery,
	mode: ResendMode,
	elsewhere?: string,
): Delivery {
	const { provider, context, dispatcher } = session;
	if (mode !== "exact" && mode !== "resign")
		throw invalidRequest(
			`Invalid way to resend ${quoted(mode)}: must be "exact" or "resign".`,
		);
	const { id, event, url } = parent;
	const registered =
		elsewhere === undefined
			? provider.endpoint(parent.endpoint, context)
			: enabledEndpoint(session, id, elsewhere);
	if (mode === "resign") {
		if (registered !== undefined)
			return dispatcher.deliver(event, registered, { parent });
		const { pinned, owner } = pinnedAt(provider, url, event, context);
		const how = { parent, pinned, ...(owner !== undefined && { owner }) };
		if (pinned.id === parent.endpoint)
			return dispatcher.deliver(event, pinned, how);
		throw notFound(
			`Failed to resend ${id} with a new signature: its endpoint "${parent.endpoint}" is deleted or switched off. Resend it exactly, or register the endpoint again.`,
		);
	}
	const frozen = parent.attempts.at(-1)?.headers;
	if (frozen === undefined)
		throw invalidRequest(
			`Failed to resend ${id} exactly: it has not been sent yet. Wait for its first attempt, or resend it with a new signature.`,
		);
	// What is sent as it was needs no secret, so it can go where nobody is registered any more.
	const pinned = { id: parent.endpoint, url, secrets: [] };
	return registered === undefined
		? dispatcher.deliver(event, pinned, { parent, frozen, pinned })
		: dispatcher.deliver(event, registered, { parent, frozen });
}

function enabledEndpoint(
	session: Session,
	delivery: string,
	id: string,
): Endpoint {
	const { provider, context } = session;
	findEndpoint(session, id);
	const endpoint = provider.endpoint(id, context);
	if (endpoint !== undefined) return endpoint;
	throw notFound(
		`Failed to resend ${delivery} to the endpoint "${id}": it is switched off. Enable it through its API first.`,
	);
}
