import type { Delivery, EventRecord } from "../contract/records.ts";
import type { Engine } from "../engine/engine.ts";

/** Where a delivery handle or a sent event comes from, for what is given one and nothing else: a matcher. */
export interface Origin {
	readonly engine: Engine;
	readonly event: EventRecord;
	/** Absent: it is a sent event. */
	readonly delivery?: Delivery;
}

const origins = new WeakMap<object, Origin>();

export function remember(view: object, origin: Origin): void {
	origins.set(view, origin);
}

/** undefined: it is neither. */
export function originOf(view: unknown): Origin | undefined {
	return origins.get(view as object);
}

const engines = new WeakMap<object, Engine>();

export function rememberEngine(hooks: object, engine: Engine): void {
	engines.set(hooks, engine);
}

/** For the ways in and for tests: what users need of it, `hooks` has in words of its own. */
export function engineOf(hooks: object): Engine {
	return engines.get(hooks) as Engine;
}

/**
 * Adds members that are left out when an object is printed or compared: what throws when it is looked at too early, or
 * makes something anew each time.
 */
export function withHidden<Shown extends object, Hidden extends object>(
	shown: Shown,
	hidden: Hidden,
): Shown & Hidden {
	for (const [name, member] of Object.entries(
		Object.getOwnPropertyDescriptors(hidden),
	))
		Object.defineProperty(shown, name, { ...member, enumerable: false });
	return shown as Shown & Hidden;
}
