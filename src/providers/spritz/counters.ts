import type { Context } from "./shape.ts";

/** The ordinal of something that happens again and again, from 1. */
export function count(name: string, { state }: Context): number {
	const value = (state.counters.get(name)?.value ?? 0) + 1;
	state.counters.put({ id: name, value });
	return value;
}

/**
 * The next number in a flow's sequence: above every one before it, under each id the flow goes by.
 *
 * @param least what the event itself asks for
 */
export function nextSequence(
	ids: readonly string[],
	least: number,
	{ state }: Context,
): number {
	const counters = ids.map((id) => `sequence/${id}`);
	const last = Math.max(
		0,
		...counters.map((id) => state.counters.get(id)?.value ?? 0),
	);
	const value = Math.max(last + 1, least);
	for (const id of counters) state.counters.put({ id, value });
	return value;
}
