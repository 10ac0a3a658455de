import type { Delivery, EventRecord } from "../../contract/records.ts";
import type { Engine } from "../../engine/engine.ts";
import { LocalhookError } from "../../errors.ts";
import { originOf } from "../../hooks/origins.ts";

/** What a matcher was given, as the engine has it. */
export interface Received {
	readonly engine: Engine;
	/** The first one. */
	readonly event: EventRecord;
	readonly deliveries: readonly Delivery[];
}

/**
 * A delivery, or every delivery of an emission or a list.
 *
 * @throws LocalhookError `invalid-request` for anything else
 */
export function readReceived(received: unknown): Received {
	const views = viewsIn(received);
	const [first] = views;
	const origin = first && originOf(first);
	if (origin === undefined) throw notOurs(received);
	return {
		engine: origin.engine,
		event: origin.event,
		deliveries: views.flatMap((view) => originOf(view)?.delivery ?? []),
	};
}

/** An emission stands first: it knows its engine, with deliveries or without. */
function viewsIn(received: unknown): readonly object[] {
	if (typeof received !== "object" || received === null) return [];
	if (Array.isArray(received)) return received.filter(isObject);
	if ("deliveries" in received && Array.isArray(received.deliveries))
		return [received, ...received.deliveries.filter(isObject)];
	return [received];
}

function isObject(value: unknown): value is object {
	return typeof value === "object" && value !== null;
}

function notOurs(received: unknown): LocalhookError {
	const what = Array.isArray(received) ? "an empty list" : typeof received;
	return new LocalhookError(
		"invalid-request",
		`Failed to look at what was received: it is ${what === "object" ? "an object" : what}, and no delivery of localhook's. ` +
			"Give a delivery, what emit gave, or a list such as hooks.deliveries().",
	);
}
