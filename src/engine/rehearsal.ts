import type { Context } from "../contract/operation.ts";
import type { Random } from "../contract/random.ts";
import type { Collection, CollectionSpec } from "../contract/state.ts";
import type { Provider } from "../provider.ts";
import { createRandom } from "../random.ts";
import { createOverlay } from "../state/overlay.ts";

/** A context that draws what the real one will draw next, and whose records can be changed: the real one stays as it is. */
export function rehearsalOf(
	{ collections }: Provider,
	context: Context,
): Context {
	const { state, random } = context;
	const real = state as Readonly<Record<string, Collection<object>>>;
	let drawn: Random | undefined;
	return {
		...context,
		state: Object.fromEntries(
			Object.entries<CollectionSpec<object>>(collections).map(
				([name, spec]) => [
					name,
					createOverlay(real[name] as Collection<object>, spec),
				],
			),
		) as Context["state"],
		get random() {
			drawn ??= copyOf(random);
			return drawn;
		},
	};
}

function copyOf(random: Random): Random {
	const copy = createRandom("");
	copy.load(random.save());
	return copy;
}
