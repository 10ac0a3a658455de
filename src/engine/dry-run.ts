import type { Context } from "../contract/operation.ts";
import type { Random } from "../contract/random.ts";
import type { Collection, CollectionSpec } from "../contract/records.ts";
import type { Provider } from "../provider.ts";
import { createRandom } from "../random.ts";

/** A context that draws what the real one will draw next, and whose records can be changed: the real one stays as it is. */
export function dryRunContext(
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

/** A collection as it is, under changes that are seen here alone. Its cost grows with the changes until all is listed. */
export function createOverlay<Entry extends object>(
	base: Collection<Entry>,
	spec: CollectionSpec<Entry>,
): Collection<Entry> {
	/** By key; undefined: deleted. */
	const changes = new Map<string, Entry | undefined>();
	const keyOf = (entry: Entry) => String(entry[spec.key]);
	const get = (key: string) =>
		changes.has(key) ? changes.get(key) : base.get(key);

	function values(): Entry[] {
		const keys = new Set(Array.from(base.values(), keyOf));
		for (const key of changes.keys()) keys.add(key);
		return [...keys].map(get).filter((entry) => entry !== undefined);
	}
	return {
		get size() {
			return values().length;
		},
		get,
		by(index, value) {
			const listed = base.by(index, value);
			if (changes.size === 0) return listed;
			return values().filter((entry) =>
				spec.indexes?.[index]?.(entry).includes(value),
			);
		},
		values,
		put(entry) {
			changes.set(keyOf(entry), Object.freeze(entry));
			return entry;
		},
		delete(key) {
			const isThere = get(key) !== undefined;
			changes.set(key, undefined);
			return isThere;
		},
	};
}
