import type { Context, Shape } from "../contract/operation.ts";
import type { Collection, CollectionSpec } from "../contract/state.ts";
import type { Validators } from "../openapi/validators.ts";
import type { Provider } from "../provider.ts";
import { createCollection } from "../state/collection.ts";

/** A provider's collections, empty. */
export function createState(
	provider: Provider,
	validators: Validators,
): Context["state"] {
	const state: Record<string, Collection<object>> = {};
	for (const [name, spec] of Object.entries<CollectionSpec<object>>(
		provider.collections,
	)) {
		state[name] = createCollection(
			name,
			spec,
			spec.schema === undefined
				? undefined
				: validators.standardSchema(spec.schema),
		);
	}
	return state as Context<Shape>["state"];
}
