import type { Context } from "./shape.ts";

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
	const last = Math.max(
		0,
		...ids.map((id) => state.sequences.get(id)?.value ?? 0),
	);
	const value = Math.max(last + 1, least);
	for (const id of ids) state.sequences.put({ id, value });
	return value;
}
