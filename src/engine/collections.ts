import type { Context } from "../contract/operation.ts";
import type { Collection, CollectionSpec } from "../contract/records.ts";
import { LocalhookError } from "../errors.ts";
import type { Validators } from "../openapi/validators.ts";
import { isOneLine } from "../printing.ts";
import type { Provider } from "../provider.ts";
import { createRandom } from "../random.ts";
import {
	type KeptAnswer,
	keptAnswerProblem,
	keptAnswers,
	keptAnswersSpec,
} from "./idempotency.ts";

type State = Context["state"];
type Specs = Readonly<Record<string, CollectionSpec<object>>>;
type Collections = Readonly<Record<string, Collection<object>>>;

/**
 * A collection over plain maps: one by key, one for each index. A library scans for every update and delete (see
 * `bench/state.js` for both, side by side).
 *
 * @param problemOf what is wrong with a record; such a one is refused
 */
export function createCollection<Entry extends object>(
	name: string,
	spec: CollectionSpec<Entry>,
	problemOf?: (entry: Entry) => string | undefined,
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
			const problem = problemOf?.(entry);
			if (problem !== undefined)
				throw new Error(`A record of "${name}" breaks its schema: ${problem}.`);
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

export function createState(
	provider: Provider,
	validators: () => Validators,
): State {
	const state: Record<string, unknown> = {};
	for (const [name, spec] of Object.entries<CollectionSpec<object>>(
		provider.collections,
	)) {
		const { schema } = spec;
		const problemOf =
			schema === undefined
				? undefined
				: (entry: object) => validators().problemOf(schema, entry);
		state[name] = createCollection(name, spec, problemOf);
	}
	if (provider.idempotency !== undefined)
		state[keptAnswers] = createCollection<KeptAnswer>(
			keptAnswers,
			keptAnswersSpec,
			keptAnswerProblem,
		);
	return state as State;
}

/** A context that draws what the real one will draw next, and whose records can be changed: the real one stays as it is. */
export function dryRunContext(
	{ collections }: Provider,
	context: Context,
): Context {
	const random = createRandom("");
	random.load(context.random.save());
	const copies = Object.entries<CollectionSpec<object>>(collections).map(
		([name, spec]) => {
			const copy = createCollection(name, spec);
			const real = (context.state as Collections)[name];
			for (const entry of real?.values() ?? []) copy.put(entry);
			return [name, copy];
		},
	);
	return { ...context, state: Object.fromEntries(copies), random };
}

export function recordsOf(state: State) {
	const all = Object.entries<Collection<Record<string, unknown>>>(state);
	return Object.fromEntries(
		all.map(([name, collection]) => [name, [...collection.values()]]),
	);
}

/** @throws LocalhookError `invalid-snapshot` */
export function fillState(
	{ id, collections }: Provider,
	state: State,
	records: Readonly<Record<string, readonly object[]>>,
): void {
	const refusal = (reason: string) =>
		new LocalhookError(
			"invalid-snapshot",
			`Failed to load the records of ${id}: ${reason}. Load a snapshot that was saved here.`,
		);
	for (const [name, entries] of Object.entries(records)) {
		if (!Object.hasOwn(state, name))
			throw refusal(
				`there is no collection "${name}". There is ${Object.keys(state).join(", ")}`,
			);
		const collection = (state as Collections)[name];
		const spec = (collections as Specs)[name];
		try {
			for (const entry of entries) {
				const problem = unfitField(entry, spec?.key);
				if (problem !== undefined) throw new Error(problem);
				collection?.put({ ...entry });
			}
		} catch (error) {
			throw refusal((error as Error).message.replace(/\.$/, ""));
		}
	}
}

/** What no provider takes of a client, and none keeps: an id or a URL of several lines, a number beyond counting. */
function unfitField(
	entry: object,
	key: string | undefined,
): string | undefined {
	for (const [name, value] of Object.entries(entry)) {
		const isWhole = name === key || /^https?:/i.test(String(value));
		if (typeof value === "string" && isWhole && !isOneLine(value))
			return `${name} must be text on one line, without control characters`;
		if (typeof value === "number" && Math.abs(value) > Number.MAX_SAFE_INTEGER)
			return `${name} must be a number up to ${Number.MAX_SAFE_INTEGER}`;
	}
	return undefined;
}
