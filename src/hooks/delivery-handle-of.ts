import type { Delivery } from "../contract/records.ts";
import type { Engine } from "../engine/engine.ts";
import { refuseStopped } from "../engine/refusals.ts";
import type { ResendMode } from "../engine/resend.ts";
import { checkShape, kinds } from "../engine/shape.ts";
import { maskUrl } from "../mask-url.ts";
import type { DeliveryHandle } from "./delivery-handle.ts";
import { explainDelivery } from "./explain-delivery.ts";
import { remember } from "./origins.ts";
import { settled } from "./settled.ts";
import { withHidden } from "./with-hidden.ts";

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
		resend(mode: ResendMode, how: { readonly endpoint?: string } = {}) {
			refuseStopped(engine, "resend");
			checkShape(how, { endpoint: kinds.text }, "resend");
			return handleOf(engine, engine.resend(id, mode, how.endpoint));
		},
		async attemptNow() {
			refuseStopped(engine, "attemptNow");
			return handleOf(engine, await engine.attemptNow(id));
		},
	});
	handles.set(delivery, handle);
	remember(handle, { engine, event, delivery });
	return handle;
}
