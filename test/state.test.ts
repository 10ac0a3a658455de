import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CollectionSpec } from "../src/contract/records.ts";
import {
	createCollection,
	dryRunContext,
	recordsOf,
} from "../src/engine/collections.ts";
import { createValidators } from "../src/openapi/validators.ts";
import { documentOf } from "./support/documents.ts";
import { startAcme } from "./support/running-acme.ts";

interface Hook {
	readonly id: string;
	readonly url: string;
	readonly events: readonly string[];
}

const validators = createValidators(
	await documentOf({
		components: {
			schemas: {
				Hook: {
					type: "object",
					required: ["id", "url", "events"],
					properties: {
						id: { type: "string", minLength: 1 },
						url: { type: "string" },
						events: { type: "array", items: { type: "string" } },
					},
				},
			},
		},
	}),
);
const problemOf = (entry: Hook) => validators.problemOf("Hook", entry);

const spec: CollectionSpec<Hook> = {
	schema: "Hook",
	key: "id",
	indexes: {
		event: ({ events }) => events,
		url: ({ url }) => [url],
	},
};

function hooks() {
	return createCollection<Hook>("hooks", spec, problemOf);
}

function hook(id: string, ...events: string[]): Hook {
	return { id, url: `http://127.0.0.1/${id}`, events };
}

const ids = (entries: Iterable<Hook>) => [...entries].map(({ id }) => id);

describe("a collection", () => {
	it("gives a record back by its key, and nothing under another", () => {
		const collection = hooks();

		const put = collection.put(hook("a", "made"));

		expect(collection.get("a")).toBe(put);
		expect(collection.get("b")).toBeUndefined();
		expect(collection.get("constructor")).toBeUndefined();
		expect(collection.size).toBe(1);
	});

	it("lists records in the order they first came, also after one was replaced", () => {
		const collection = hooks();
		for (const id of ["b", "c", "a"]) collection.put(hook(id));

		collection.put(hook("b", "made"));

		expect(ids(collection.values())).toEqual(["b", "c", "a"]);
		expect(collection.get("b")?.events).toEqual(["made"]);
		expect(collection.size).toBe(3);
	});

	it("puts a record that was deleted and comes again at the end", () => {
		const collection = hooks();
		for (const id of ["a", "b"]) collection.put(hook(id, "made"));

		expect(collection.delete("a")).toBe(true);
		expect(collection.delete("a")).toBe(false);
		collection.put(hook("a", "made"));

		expect(ids(collection.values())).toEqual(["b", "a"]);
		expect(ids(collection.by("event", "made"))).toEqual(["b", "a"]);
	});

	it("finds a record under every value of an index, oldest first", () => {
		const collection = hooks();
		collection.put(hook("a", "made", "lost"));
		collection.put(hook("b", "made"));
		collection.put(hook("c"));

		expect(ids(collection.by("event", "made"))).toEqual(["a", "b"]);
		expect(ids(collection.by("event", "lost"))).toEqual(["a"]);
		expect(ids(collection.by("event", "found"))).toEqual([]);
		expect(ids(collection.by("url", "http://127.0.0.1/c"))).toEqual(["c"]);
	});

	it("keeps a record's place in an index when the record is replaced", () => {
		const collection = hooks();
		collection.put(hook("a", "made"));
		collection.put(hook("b", "made"));

		collection.put(hook("a", "made", "lost"));

		expect(ids(collection.by("event", "made"))).toEqual(["a", "b"]);
	});

	it("forgets the values a replaced or deleted record had", () => {
		const collection = hooks();
		collection.put(hook("a", "made", "lost"));
		collection.put(hook("b", "lost"));

		collection.put(hook("a", "found"));
		collection.delete("b");

		expect(ids(collection.by("event", "made"))).toEqual([]);
		expect(ids(collection.by("event", "lost"))).toEqual([]);
		expect(collection.by("event", "found")).toEqual([hook("a", "found")]);
	});

	it("gives lists of its own, which later changes do not touch", () => {
		const collection = hooks();
		collection.put(hook("a", "made"));
		const before = collection.by("event", "made");

		collection.put(hook("b", "made"));

		expect(ids(before)).toEqual(["a"]);
	});

	it("says which index it does not have", () => {
		expect(() => hooks().by("evnet", "made")).toThrow(
			'The collection "hooks" has no index "evnet".',
		);
	});

	it("freezes its records, so that yesterday's still shows yesterday", () => {
		const collection = hooks();
		const yesterday = collection.put(hook("a", "made"));

		expect(() => Object.assign(yesterday, { url: "x" })).toThrow(TypeError);
		collection.put({ ...yesterday, url: "http://127.0.0.1/new" });

		expect(yesterday).toEqual(hook("a", "made"));
		expect(collection.get("a")?.url).toBe("http://127.0.0.1/new");
	});

	it("refuses a record that breaks the schema, and stays as it was", () => {
		const collection = hooks();
		const kept = collection.put(hook("a", "made"));
		const broken = { id: "a", url: "x", events: ["lost", 5] };

		expect(() => collection.put(broken as unknown as Hook)).toThrow(
			'A record of "hooks" breaks its schema: events.1 must be string.',
		);

		expect(collection.get("a")).toBe(kept);
		expect(collection.by("event", "made")).toEqual([kept]);
		expect(collection.by("event", "lost")).toEqual([]);
		expect(Object.isFrozen(broken)).toBe(false);
	});

	it("takes anything where it has no schema", () => {
		const collection = createCollection<{ id: number }>("counts", {
			key: "id",
		});

		collection.put({ id: 7 });

		expect(collection.get("7")).toEqual({ id: 7 });
	});

	it("behaves like a list that is searched, whatever is done to it", () => {
		const names = fc.constantFrom("a", "b", "c", "__proto__", "constructor");
		const events = fc.uniqueArray(fc.constantFrom("made", "lost", "toString"));
		const step = fc.oneof(
			fc.record({ id: names, events }),
			fc.record({ id: names, broken: fc.constant(true) }),
			fc.record({ id: names }),
		);
		fc.assert(
			fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
				const collection = hooks();
				let model: Hook[] = [];
				/** Event to ids, in the order they came under it. */
				const under = new Map<string, string[]>();
				const relist = (id: string, listed: readonly string[]) => {
					for (const event of ["made", "lost", "toString"]) {
						const before = under.get(event) ?? [];
						const stays = before.filter(
							(each) => each !== id || listed.includes(event),
						);
						const comes = listed.includes(event) && !before.includes(id);
						under.set(event, comes ? [...stays, id] : stays);
					}
				};

				for (const { id, ...what } of steps) {
					if ("events" in what) {
						const entry = hook(id, ...what.events);
						const known = model.some((each) => each.id === id);
						model = known
							? model.map((each) => (each.id === id ? entry : each))
							: [...model, entry];
						relist(id, what.events);
						collection.put(entry);
					} else if ("broken" in what) {
						expect(() => collection.put({ id } as Hook)).toThrow("schema");
					} else {
						const known = model.some((each) => each.id === id);
						model = model.filter((each) => each.id !== id);
						relist(id, []);
						expect(collection.delete(id)).toBe(known);
					}

					expect([...collection.values()]).toEqual(model);
					expect(collection.size).toBe(model.length);
					expect(collection.get(id)).toEqual(
						model.find((each) => each.id === id),
					);
					for (const [event, listed] of under)
						expect(ids(collection.by("event", event))).toEqual(listed);
				}
			}),
		);
	});
});

describe("the state of a dry run", () => {
	it("has the records and draws of the real one, and leaves both as they were", async () => {
		const { session, hook } = await startAcme();
		hook("h1", "http://127.0.0.1:9/a");
		const { provider, context } = session;
		const real = () => recordsOf(context.state);
		const before = real();

		const dry = dryRunContext(provider, context);
		const drawn = dry.random.hex(8);
		const shown = recordsOf(dry.state);
		provider.subscribe("http://127.0.0.1:9/b", dry);

		expect(shown).toEqual(before);
		expect(recordsOf(dry.state).hooks).toHaveLength(2);
		expect(real()).toEqual(before);
		expect(context.random.hex(8)).toBe(drawn);
	});
});
