import type { Attempt, Delivery, DeliveryState } from "../contract/records.ts";
import type { Engine } from "../engine/engine.ts";
import { refuseStopped } from "../engine/refusals.ts";
import type { ResendMode } from "../engine/resend.ts";
import { checkShape, kinds } from "../engine/shape.ts";
import type { Explanation } from "../explain/explain.ts";
import { maskUrl } from "../mask-url.ts";
import { refuseOldMethods } from "./border.ts";
import { explainDelivery } from "./explain-delivery.ts";
import { remember, withHidden } from "./origins.ts";
import { settled } from "./settled.ts";

/** One handle for each delivery, so that two looks at it are equal. */
const handles = new WeakMap<Delivery, DeliveryHandle>();

export function handleOf(engine: Engine, delivery: Delivery): DeliveryHandle {
	const known = handles.get(delivery);
	if (known !== undefined) return known;
	const { id, event, endpoint, body } = delivery;
	const shown = {
		id,
		provider: event.provider,
		event,
		endpoint,
		url: maskUrl(delivery.url),
		get state() {
			return delivery.state;
		},
		get attempts() {
			return delivery.attempts;
		},
		get nextAt() {
			return delivery.nextAt === undefined
				? undefined
				: new Date(delivery.nextAt);
		},
		get reason() {
			return delivery.reason;
		},
	};
	const handle: DeliveryHandle = withHidden(shown, {
		body,
		get settled() {
			return settled(engine, event, [delivery], handle);
		},
		async explain() {
			refuseStopped(engine, "explain");
			return explainDelivery(engine, delivery);
		},
		resend(mode: ResendMode, options: { readonly endpoint?: string } = {}) {
			refuseStopped(engine, "resend");
			checkShape(options, { endpoint: kinds.text }, "resend");
			return handleOf(engine, engine.resend(id, mode, options.endpoint));
		},
		async attempt() {
			refuseStopped(engine, "attempt");
			return handleOf(engine, await engine.attempt(id));
		},
	});
	refuseOldMethods(handle);
	handles.set(delivery, handle);
	remember(handle, { engine, event, delivery });
	return handle;
}

/** One delivery as it is at the moment of looking. */
export interface DeliveryHandle {
	readonly id: string;
	readonly provider: string;
	/** Of the event that it carries. */
	readonly event: {
		readonly id: string;
		readonly type: string;
		readonly payload: Readonly<Record<string, unknown>>;
	};
	readonly state: DeliveryState;
	/** Oldest first. */
	readonly attempts: readonly Attempt[];
	/** The bytes of every attempt. */
	readonly body: Uint8Array;
	/** The id of the endpoint it goes to. */
	readonly endpoint: string;
	/** The registered URL; a user and password in it are masked. */
	readonly url: string;
	/** When the next attempt is due. */
	readonly nextAt: Date | undefined;
	/** Why it ended without being delivered. */
	readonly reason: string | undefined;
	/**
	 * Resolves once it has ended, one way or the other. Rejects when it waits for what does not come by itself, such as
	 * a retry under a virtual clock, with the text of `toBeDelivered()`: turn the clock first, then await this.
	 */
	readonly settled: Promise<DeliveryHandle>;
	/**
	 * Sends it again, as a new delivery; to another endpoint where one is named.
	 *
	 * @throws LocalhookError `not-found`, `invalid-request`
	 */
	resend(
		mode: "exact" | "resign",
		options?: { readonly endpoint?: string },
	): DeliveryHandle;
	/**
	 * Why the receiver rejected it: which common mistake fits. A receiver in this process is asked, so it gets the
	 * delivery again, signed rightly and wrongly.
	 */
	explain(): Promise<Explanation>;
	/** Attempts it before its time. @throws LocalhookError `not-found`, `not-pending` */
	attempt(): Promise<DeliveryHandle>;
}
