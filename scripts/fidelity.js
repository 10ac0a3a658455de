// How sure we are of each provider, read from its fixtures and checked.
import { readFile } from "node:fs/promises";
import { LineCounter, parseDocument } from "yaml";

const root = new URL("../", import.meta.url);

/**
 * @typedef {import("../src/contract/fidelity.ts").Fidelity} Fidelity
 * @typedef {import("../src/contract/fidelity.ts").FidelityMark} Mark
 */

/**
 * @param {string} id of the provider
 * @param {readonly Mark[]} marks
 * @param {readonly string[]} options that the provider has
 * @returns {Promise<Fidelity>}
 */
export async function fidelityOf(id, marks, options) {
	const path = `fixtures/${id}/fidelity.yaml`;
	const text = await readFile(new URL(path, root), "utf8");
	return readFidelity(text, path, marks, options);
}

/**
 * @param {string} text
 * @param {string} path where it is from, for what is wrong with it
 * @param {readonly Mark[]} marks
 * @param {readonly string[]} options
 * @returns {Fidelity}
 * @throws for what is not known there, with its file and line
 */
export function readFidelity(text, path, marks, options) {
	const lineCounter = new LineCounter();
	const document = parseDocument(text, { lineCounter });
	const [broken] = document.errors;
	if (broken !== undefined) throw new Error(`${path}: ${broken.message}`);
	const {
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
		const stray = Object.keys(given).find((name) => !known.includes(name));
		if (stray !== undefined)
			throw wrong([...place, stray], `is not known: use ${known.join(", ")}.`);
	};
	/** @type {(place: readonly (string | number)[]) => string} */
	const sourceAt = (place) =>
		textAt(["sources", oneOf(place, Object.keys(sources))]);

	refuseOthers([], others, ["sources", "fidelity", "notPlayed"]);
	return {
		fidelity: fidelity.map(
			(/** @type {object} */ entry, /** @type {number} */ at) => {
				const place = ["fidelity", at];
				const mark = marks.find((each) => each in entry);
				if (mark === undefined)
					throw wrong(place, `has no mark: use ${marks.join(", ")}.`);
				refuseOthers(place, entry, [mark, "source", "option"]);
				return {
					claim: textAt([...place, mark]),
					mark,
					source: sourceAt([...place, "source"]),
					...("option" in entry && {
						option: oneOf([...place, "option"], options),
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
