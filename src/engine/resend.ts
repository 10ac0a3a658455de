import type { Endpoint } from "../contract/operation.ts";
import type { Delivery } from "../contract/records.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { pinnedAt } from "./addressing.ts";
import { findEndpoint } from "./endpoints.ts";
import type { Session } from "./session-contract.ts";

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
		throw new LocalhookError(
			"invalid-request",
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
		throw new LocalhookError(
			"not-found",
			`Failed to resend ${id} with a new signature: its endpoint "${parent.endpoint}" is deleted or switched off. Resend it exactly, or register the endpoint again.`,
		);
	}
	const frozen = parent.attempts.at(-1)?.headers;
	if (frozen === undefined)
		throw new LocalhookError(
			"invalid-request",
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
	throw new LocalhookError(
		"not-found",
		`Failed to resend ${delivery} to the endpoint "${id}": it is switched off. Enable it through its API first.`,
	);
}
