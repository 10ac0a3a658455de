import type { CollectionSpec } from "../../contract/state.ts";
import type { Context, Sequence } from "./shape.ts";

export const sequenceCollection: CollectionSpec<Sequence> = {
	key: "id",
	flaw({ id, value }) {
		if (typeof id !== "string") return "id must be text";
		return Number.isSafeInteger(value) && value >= 0
			? undefined
			: "value must be a whole number";
	},
};

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
