import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Collection, CollectionSpec } from "../contract/state.ts";

/**
 * A collection over plain maps: one by key, one for each index.
 *
 * The library it could stand on scans for every update and delete (see `bench/state.js` for both, side by side);
 * the schema is a Standard Schema, so such a library still takes it.
 *
 * @param schema what each record must satisfy
 */
export function createCollection<Entry extends object>(
	name: string,
	spec: CollectionSpec<Entry>,
	schema: StandardSchemaV1<unknown, unknown>,
): Collection<Entry> {
	const entries = new Map<string, Entry>();
	const indexes = Object.entries(spec.indexes ?? {}).map(
		([index, valuesOf]) => ({
			index,
			valuesOf,
			found: new Map<string, Map<string, Entry>>(),
		}),
	);

	function unlist(key: string, entry: Entry): void {
		for (const { valuesOf, found } of indexes) {
			for (const value of valuesOf(entry)) {
				const listed = found.get(value);
				listed?.delete(key);
				if (listed?.size === 0) found.delete(value);
			}
		}
	}
	function list(key: string, entry: Entry): void {
		for (const { valuesOf, found } of indexes) {
			for (const value of valuesOf(entry)) {
				const listed = found.get(value);
				if (listed === undefined) found.set(value, new Map([[key, entry]]));
				else listed.set(key, entry);
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
			const result = schema["~standard"].validate(entry);
			if (result instanceof Promise)
				throw new Error(
					`The schema of "${name}" answers too late: it is asynchronous.`,
				);
			if (result.issues) {
				const { path, message } = result.issues[0] as StandardSchemaV1.Issue;
				throw new Error(
					`A record of "${name}" breaks its schema: ${path?.join(".")} ${message}.`,
				);
			}
			const key = String(entry[spec.key]);
			const previous = entries.get(key);
			if (previous !== undefined) unlist(key, previous);
			entries.set(key, Object.freeze(entry));
			list(key, entry);
			return entry;
		},
		delete(key) {
			const previous = entries.get(key);
			if (previous === undefined) return false;
			unlist(key, previous);
			return entries.delete(key);
		},
	};
}
