import type { Delivery } from "../contract/records.ts";
import type { Engine } from "../engine/engine.ts";
import type { ResendMode } from "../engine/resend.ts";
import type { DeliveryHandle } from "./delivery-handle.ts";
import { withHidden } from "./with-hidden.ts";

/** One handle for each delivery, so that two looks at it are equal. */
const handles = new WeakMap<Delivery, DeliveryHandle>();
const origins = new WeakMap<object, Origin>();

/** What a handle is a view of. */
export interface Origin {
	readonly engine: Engine;
	readonly delivery: Delivery;
}

/** The engine's own record behind a handle; undefined: it is none of ours. */
export function originOf(handle: object): Origin | undefined {
	return origins.get(handle);
}

export function handleOf(engine: Engine, delivery: Delivery): DeliveryHandle {
	const known = handles.get(delivery);
	if (known !== undefined) return known;
	const { id, event, url, body } = delivery;
	const shown = {
		id,
		provider: event.provider,
		event,
		url,
		body,
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
		get settled() {
			return settled(engine, delivery).then(() => handle);
		},
		resend: (mode: ResendMode) => handleOf(engine, engine.resend(id, mode)),
		attemptNow: async () => handleOf(engine, await engine.attemptNow(id)),
	});
	handles.set(delivery, handle);
	origins.set(handle, { engine, delivery });
	return handle;
}

function settled(
	{ journal }: Pick<Engine, "journal">,
	delivery: Delivery,
): Promise<void> {
	if (delivery.state !== "pending") return Promise.resolve();
	return new Promise((resolve) => {
		const unsubscribe = journal.subscribe((entry) => {
			if (entry.kind !== "settled" || entry.delivery !== delivery) return;
			unsubscribe();
			resolve();
		});
	});
}
