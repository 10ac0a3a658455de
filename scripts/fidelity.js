// The options of each provider and how sure we are of what it does, read from its fixtures and checked.
import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";

const root = new URL("../", import.meta.url);

/**
 * @typedef {import("../src/contract/fidelity.ts").Fidelity & { options: Readonly<Record<string, import("../src/contract/fidelity.ts").OptionSpec>> }} Read
 * @typedef {import("../src/contract/fidelity.ts").FidelityMark} Mark
 */

/**
 * @param {string} id of the provider
 * @param {readonly Mark[]} marks
 * @returns {Promise<Read>}
 */
export async function fidelityOf(id, marks) {
	const path = `fixtures/${id}/fidelity.yaml`;
	const text = await readFile(new URL(path, root), "utf8");
	return readFidelity(text, path, marks);
}

/** What a rule for receivers can be about: `src/check/checks.ts` looks it up by these. Facts of presets have such names too. */
const topics = [
	"signature",
	"timestamp.tolerance",
	"secrets.rotation",
	"delivery.timeout",
	"delivery.retries",
	"event.id",
	"handshake",
];

/**
 * @param {string} text
 * @param {string} path where it is from, for what is wrong with it
 * @param {readonly Mark[]} marks
 * @returns {Read}
 * @throws for what is not known there, with its file and line
 */
export function readFidelity(text, path, marks) {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { lineCounter });
	const [broken] = document.errors;
	if (broken !== undefined) throw new Error(`${path}: ${broken.message}`);
	const {
		options = {},
		sources = {},
		fidelity = [],
		notPlayed = [],
		...others
	} = document.toJS() ?? {};

	/** @type {(place: readonly (string | number)[], rule: string) => Error} */
	const wrong = (place, rule) => {
		const node = /** @type {any} */ (document.getIn(place, true));
		const { line } = lineCounter.linePos(node?.range?.[0] ?? 0);
		return new Error(`${path}:${line}: ${place.join(".")} ${rule}`);
	};
	/** @type {(place: readonly (string | number)[], known: readonly string[]) => string} */
	const oneOf = (place, known) => {
		const value = /** @type {string} */ (document.getIn(place));
		if (known.includes(value)) return value;
		throw wrong(place, `is "${value}": use ${known.join(", ")}.`);
	};
	/** @type {(place: readonly (string | number)[]) => string} */
	const textAt = (place) => {
		const value = document.getIn(place);
		if (typeof value === "string" && value !== "") return value;
		throw wrong(place, "must be text.");
	};
	/** @type {(place: readonly (string | number)[], given: object, known: readonly string[]) => void} */
	const refuseOthers = (place, given, known) => {
		const unknown = Object.keys(given).find((name) => !known.includes(name));
		if (unknown !== undefined)
			throw wrong(
				[...place, unknown],
				`is not known: use ${known.join(", ")}.`,
			);
	};
	/** @type {(place: readonly (string | number)[]) => string} */
	const sourceAt = (place) =>
		textAt(["sources", oneOf(place, Object.keys(sources))]);

	refuseOthers([], others, ["options", "sources", "fidelity", "notPlayed"]);
	for (const name of Object.keys(options)) {
		const place = ["options", name];
		const { values } = options[name];
		refuseOthers(place, options[name], [
			"summary",
			"values",
			"default",
			"strict",
		]);
		textAt([...place, "summary"]);
		for (const at of values.keys()) textAt([...place, "values", at]);
		oneOf([...place, "default"], values);
		if ("strict" in options[name]) oneOf([...place, "strict"], values);
	}
	return {
		options,
		fidelity: fidelity.map(
			(/** @type {object} */ entry, /** @type {number} */ at) => {
				const place = ["fidelity", at];
				const mark = marks.find((each) => each in entry);
				if (mark === undefined)
					throw wrong(place, `has no mark: use ${marks.join(", ")}.`);
				refuseOthers(place, entry, [mark, "source", "option", "about"]);
				return {
					claim: textAt([...place, mark]),
					mark,
					source: sourceAt([...place, "source"]),
					...("option" in entry && {
						option: oneOf([...place, "option"], Object.keys(options)),
					}),
					...("about" in entry && {
						about: oneOf([...place, "about"], topics),
					}),
				};
			},
		),
		notPlayed: notPlayed.map(
			(/** @type {object} */ entry, /** @type {number} */ at) => {
				const place = ["notPlayed", at];
				refuseOthers(place, entry, ["what", "why", "source"]);
				return {
					what: textAt([...place, "what"]),
					why: textAt([...place, "why"]),
					source: sourceAt([...place, "source"]),
				};
			},
		),
	};
}
