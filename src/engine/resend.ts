import type { Delivery } from "../contract/records.ts";
import { LocalhookError } from "../errors.ts";
import { endpointAt } from "./sending.ts";
import type { Session } from "./session-contract.ts";
import { firstSecrets } from "./vault.ts";

/** `exact`: the same bytes and headers. `resign`: the same bytes with a timestamp and signature of now. */
export type ResendMode = "exact" | "resign";

/**
 * Sends a delivery once more, as a new one that names it as its parent.
 *
 * @throws LocalhookError `not-found` when its endpoint is gone and it is to be signed anew; `invalid-request` when
 * there is nothing yet to repeat exactly
 */
export function resend(
	{ provider, context, dispatcher }: Session,
	parent: Delivery,
	mode: ResendMode,
): Delivery {
	const { id, event, url } = parent;
	const registered = provider.endpoint(parent.endpoint, context);
	if (mode === "resign") {
		if (registered !== undefined)
			return dispatcher.deliver(event, registered, { parent });
		const pinned = endpointAt(url, firstSecrets(provider, context));
		if (pinned.id === parent.endpoint)
			return dispatcher.deliver(event, pinned, { parent, pinned });
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
