import type { Delivery, EventRecord } from "../contract/records.ts";
import type { Engine } from "../engine/engine.ts";
import type { Published } from "../engine/session-contract.ts";
import { LocalhookError } from "../errors.ts";
import { maskUrl } from "../mask-url.ts";
import { type DeliveryHandle, handleOf } from "./delivery-handle.ts";
import { remember, withHidden } from "./origins.ts";
import { settled } from "./settled.ts";
import { alsoOurs, unmatched } from "./undelivered.ts";

export function sentOf(
	engine: Engine,
	{ event, deliveries: published }: Published,
): Sent {
	const { id, type, payload } = event;
	const deliveries = published.map((delivery) => handleOf(engine, delivery));
	const sent: Sent = withHidden(
		{ id, type, payload, deliveries },
		{
			get delivery() {
				const [only, ...others] = deliveries;
				if (only === undefined || others.length > 0)
					throw notOne(engine, event, published);
				return only;
			},
			get settled() {
				return settled(engine, event, published, sent);
			},
		},
	);
	remember(sent, { engine, event });
	return sent;
}

function notOne(
	engine: Engine,
	event: EventRecord,
	deliveries: readonly Delivery[],
): LocalhookError {
	const { type } = event;
	if (deliveries.length === 0)
		return new LocalhookError(
			"not-found",
			`Failed to find the delivery of "${type}": ${unmatched(engine, event)}`,
		);
	const own = alsoOurs(engine, deliveries);
	return new LocalhookError(
		"not-found",
		`Failed to find the only delivery of "${type}": there are ${deliveries.length}, to ${deliveries.map(({ url }) => maskUrl(url)).join(", ")}. ` +
			`${own ?? 'Look through "deliveries" instead.'}`,
	);
}

/** How an event is sent, where not as usual. */
export interface SendOptions {
	/** A URL that gets it, whether anybody registered it or not. */
	readonly to?: string | URL;
	/** The id of the only endpoint that gets it. */
	readonly endpoint?: string;
	/** The workspace that it happens in, where the provider has workspaces: its endpoints alone get it. */
	readonly workspace?: string;
	/** A way to sign wrongly, such as `wrong-secret` or `stale:10m`. */
	readonly sign?: string;
	/** The whole payload, in place of the usual one. It is never checked. */
	readonly payload?: Readonly<Record<string, unknown>>;
	/** Sent as it is, in place of any payload. */
	readonly body?: string | Uint8Array;
	/** Path in the body to its value as text, typed after the document: `{ "metadata.study.name": "x" }`. */
	readonly set?: Readonly<Record<string, string>>;
	/** True: fields and values that the document does not know are sent too. A `payload` and a `body` are never checked. */
	readonly unchecked?: boolean;
}

/** An event that happened. Awaiting it gives itself; await `settled`, or `hooks.idle()`. */
export interface Sent<Payload = Readonly<Record<string, unknown>>> {
	/** Of the event. */
	readonly id: string;
	readonly type: string;
	readonly payload: Payload;
	/** One for each endpoint that it matched. */
	readonly deliveries: readonly DeliveryHandle[];
	/** The only one. @throws LocalhookError `not-found` when there is none, or more than one */
	readonly delivery: DeliveryHandle;
	/**
	 * Resolves once every delivery has ended. Rejects when one of them waits for what does not come by itself, such as a
	 * retry under a virtual clock, with the text of `toBeDelivered()`: turn the clock first, then await this. Rejects too
	 * when there is no delivery, as no endpoint gets the event.
	 */
	readonly settled: Promise<Sent<Payload>>;
}
