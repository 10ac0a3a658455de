import { Collection } from "@msw/data";

/** @typedef {ConstructorParameters<typeof Collection>[0]["schema"]} Schema */

/**
 * The collection's interface over `@msw/data`, with an index kept from its hooks, since the library itself scans.
 *
 * @param {{ key: string, indexes: Record<string, (entry: any) => readonly string[]> }} spec
 * @param {Schema} schema
 */
export function createMswDataCollection({ key, indexes }, schema) {
	const collection = new Collection({ schema });
	/** @type {Map<string, any>} */
	const entries = new Map();
	/** @type {Map<string, Map<string, any>>} */
	const listed = new Map();

	/** @param {any} entry */
	function keysOf(entry) {
		return Object.entries(indexes).flatMap(([index, valuesOf]) =>
			valuesOf(entry).map((value) => `${index}\n${value}`),
		);
	}
	/** @param {any} entry */
	function list(entry) {
		entries.set(entry[key], entry);
		for (const place of keysOf(entry)) {
			const found = listed.get(place);
			if (found === undefined)
				listed.set(place, new Map([[entry[key], entry]]));
			else found.set(entry[key], entry);
		}
	}
	/** @param {any} entry */
	function unlist(entry) {
		entries.delete(entry[key]);
		for (const place of keysOf(entry)) listed.get(place)?.delete(entry[key]);
	}
	collection.hooks.on("create", ({ data }) => list(data.record));
	collection.hooks.on("update", ({ data }) => {
		unlist(data.prevRecord);
		list(data.nextRecord);
	});
	collection.hooks.on("delete", ({ data }) => unlist(data.deletedRecord));

	return {
		get: (/** @type {string} */ id) => entries.get(id),
		by: (/** @type {string} */ index, /** @type {string} */ value) => [
			...(listed.get(`${index}\n${value}`)?.values() ?? []),
		],
		async put(/** @type {any} */ entry) {
			const before = entries.get(entry[key]);
			if (before === undefined) await collection.create(entry);
			else
				await collection.update(before, {
					data: (/** @type {any} */ draft) => {
						Object.assign(draft, entry);
					},
				});
		},
		async delete(/** @type {string} */ id) {
			const before = entries.get(id);
			if (before !== undefined) collection.delete(before);
		},
	};
}
