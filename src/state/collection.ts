import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Collection, CollectionSpec } from "../contract/records.ts";

/**
 * A collection over plain maps: one by key, one for each index.
 *
 * The library it could stand on scans for every update and delete (see `bench/state.js` for both, side by side);
 * the schema is a Standard Schema, so such a library still takes it.
 *
 * @param schema what each record must satisfy, asked for with the first of them; absent: anything
 */
export function createCollection<Entry extends object>(
	name: string,
	spec: CollectionSpec<Entry>,
	schema?: () => StandardSchemaV1<unknown, unknown>,
): Collection<Entry> {
	const entries = new Map<string, Entry>();
	const indexes = Object.entries(spec.indexes ?? {}).map(
		([index, valuesOf]) => ({
			index,
			valuesOf,
			found: new Map<string, Map<string, Entry>>(),
		}),
	);

	/** A record keeps its place under the values it had before. */
	function list(key: string, previous?: Entry, next?: Entry): void {
		for (const { valuesOf, found } of indexes) {
			const before = previous === undefined ? [] : valuesOf(previous);
			// A list that a client sends may be long, and say the same many times.
			const after = new Set(next === undefined ? [] : valuesOf(next));
			for (const value of before) {
				if (after.has(value)) continue;
				const listed = found.get(value);
				listed?.delete(key);
				if (listed?.size === 0) found.delete(value);
			}
			for (const value of after) {
				const listed = found.get(value);
				if (listed === undefined)
					found.set(value, new Map([[key, next as Entry]]));
				else listed.set(key, next as Entry);
			}
		}
	}

	return {
		get size() {
			return entries.size;
		},
		get: (key) => entries.get(key),
		by(index, value) {
			const found = indexes.find((each) => each.index === index)?.found;
			if (found === undefined)
				throw new Error(`The collection "${name}" has no index "${index}".`);
			return [...(found.get(value)?.values() ?? [])];
		},
		values: () => entries.values(),
		put(entry) {
			if (schema !== undefined) refuseInvalid(name, schema(), entry);
			const key = String(entry[spec.key]);
			list(key, entries.get(key), entry);
			entries.set(key, Object.freeze(entry));
			return entry;
		},
		delete(key) {
			const previous = entries.get(key);
			if (previous === undefined) return false;
			list(key, previous);
			return entries.delete(key);
		},
	};
}

function refuseInvalid(
	name: string,
	schema: StandardSchemaV1<unknown, unknown>,
	entry: object,
): void {
	const result = schema["~standard"].validate(entry);
	if (result instanceof Promise)
		throw new Error(
			`The schema of "${name}" answers too late: it is asynchronous.`,
		);
	if (result.issues) {
		const { path, message } = result.issues[0] as StandardSchemaV1.Issue;
		const what = [...(path ? [path.join(".")] : []), message].join(" ");
		throw new Error(`A record of "${name}" breaks its schema: ${what}.`);
	}
}
