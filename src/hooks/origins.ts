import type { Delivery } from "../contract/records.ts";
import type { Engine } from "../engine/engine.ts";

/** Whose a delivery handle or an emission is, for what is given one and nothing else: a matcher. */
const engines = new WeakMap<object, Engine>();
const deliveries = new WeakMap<object, Delivery>();

export function remember(view: object, engine: Engine, delivery?: Delivery) {
	engines.set(view, engine);
	if (delivery !== undefined) deliveries.set(view, delivery);
}

/** undefined: it is neither. */
export function engineBehind(view: object): Engine | undefined {
	return engines.get(view);
}

/** The engine's own record; undefined: it is no delivery handle. */
export function deliveryBehind(view: object): Delivery | undefined {
	return deliveries.get(view);
}
