import { createJiti } from "jiti";
import { install } from "../dist/internal.js";
import { createMswDataCollection } from "./support/msw-data-collection.js";
import { compare, interleave } from "./support/rounds.js";

// What has no way in from outside the bundle is measured as written.
const jiti = createJiti(import.meta.url);
const { createValidators } = await jiti.import("../src/openapi/validators.ts");
const { createCollection } = await jiti.import("../src/engine/collections.ts");

/** Records held, and how often a round does each thing with `@msw/data`, which gets slower as it fills. */
const sizes = new Map([
	[1000, 1000],
	[10_000, 200],
	[100_000, 20],
]);
const timesOurs = 2000;

/** Prolific's subscriptions. */
const spec = {
	key: "id",
	indexes: {
		workspace: (/** @type {any} */ { workspace_id }) => [workspace_id],
		token: (/** @type {any} */ { token }) => [token],
		enabled: (/** @type {any} */ { event_type, is_enabled }) =>
			is_enabled ? [event_type] : [],
	},
};

/**
 * Microseconds for each thing one does with a record, against `@msw/data` with an index kept from its hooks.
 *
 * @param {{ rounds: number }} options
 */
export async function state({ rounds }) {
	const validators = await createValidators(
		(await install("prolific")).document,
	);
	const problemOf = (/** @type {object} */ entry) =>
		validators.problemOf("SubscriptionDetail", entry);
	const schema = standardSchema(problemOf);
	const rows = [];
	for (const [size, timesTheirs] of sizes) {
		const ours = await fill(
			createCollection("subscriptions", spec, problemOf),
			size,
		);
		const theirs = await fill(createMswDataCollection(spec, schema), size);
		// A round creates as many as it deletes, so both keep their size.
		const contenders = Object.fromEntries(
			Object.entries(acts).flatMap(([name, act]) => [
				[`ours ${name}`, () => time(act, ours, timesOurs)],
				[`theirs ${name}`, () => time(act, theirs, timesTheirs)],
			]),
		);
		const samples = await interleave(contenders, { rounds });
		for (const name of Object.keys(acts)) {
			rows.push({
				case: `${name}, ${size.toLocaleString("en")} records`,
				unit: "µs",
				peer: "@msw/data",
				...compare(samples[`ours ${name}`], samples[`theirs ${name}`]),
			});
		}
	}
	return rows;
}

/**
 * @param {(entry: object) => string | undefined} problemOf
 * @returns {import("./support/msw-data-collection.js").Schema}
 */
function standardSchema(problemOf) {
	return {
		"~standard": {
			version: 1,
			vendor: "localhook",
			validate(value) {
				const message = problemOf(/** @type {object} */ (value));
				return message === undefined ? { value } : { issues: [{ message }] };
			},
		},
	};
}

/**
 * A collection and the ids of what is in it.
 *
 * @typedef {{ records: any, ids: string[], created: number }} Filled
 */

/**
 * @param {any} records
 * @param {number} size
 */
async function fill(records, size) {
	/** @type {Filled} */
	const filled = { records, ids: [], created: 0 };
	while (filled.ids.length < size) await acts.create(filled);
	return filled;
}

/** @type {Record<string, (filled: Filled) => unknown>} */
const acts = {
	"get by key": ({ records, ids }) => records.get(ids[anyOf(ids)]),

	"look up by index": ({ records, created }) =>
		records.by("workspace", workspaceOf(Math.floor(Math.random() * created))),

	create(filled) {
		const number = filled.created++;
		const id = `id-${number}`;
		filled.ids.push(id);
		return filled.records.put({
			id,
			event_type: "study.status.change",
			target_url: `http://127.0.0.1:3000/hooks/${number}`,
			is_enabled: true,
			workspace_id: workspaceOf(number),
			token: `token-${number}`,
		});
	},

	replace({ records, ids }) {
		const before = records.get(ids[anyOf(ids)]);
		return records.put({ ...before, is_enabled: !before.is_enabled });
	},

	delete({ records, ids }) {
		const place = anyOf(ids);
		const [id] = ids.splice(place, 1, ids[ids.length - 1]);
		ids.pop();
		return records.delete(id);
	},
};

/**
 * @param {(filled: Filled) => unknown} act
 * @param {Filled} filled
 * @param {number} times
 */
async function time(act, filled, times) {
	const started = performance.now();
	for (let i = 0; i < times; i++) {
		const done = act(filled);
		if (done instanceof Promise) await done;
	}
	return { value: ((performance.now() - started) * 1000) / times };
}

/** @param {readonly unknown[]} list */
const anyOf = (list) => Math.floor(Math.random() * list.length);

/** @param {number} number Ten records to a workspace. */
const workspaceOf = (number) => `workspace-${Math.floor(number / 10)}`;
