/**
 * One comparison. A limit says what is documented in `README.md`: of the ratio, or of our own figure.
 *
 * @typedef {object} Row
 * @property {string} case
 * @property {string} unit
 * @property {string} peer
 * @property {number} ours
 * @property {number} [theirs] absent: there is nothing to compare with
 * @property {number} [ratio]
 * @property {[number, number]} [spread] of the rounds' own ratios, the middle half
 * @property {{ ours: number, theirs: number, ratio: number }} [cpu] microseconds of CPU for one operation
 * @property {Limit} [limit]
 *
 * @typedef {{ of: "ratio" | "ours", atLeast?: number, atMost?: number }} Limit
 */

/** @param {number} atLeast @returns {Limit} */
export const ratioAtLeast = (atLeast) => ({ of: "ratio", atLeast });
/** @param {number} atMost @returns {Limit} */
export const ratioAtMost = (atMost) => ({ of: "ratio", atMost });
/** @param {number} atMost @returns {Limit} */
export const oursAtMost = (atMost) => ({ of: "ours", atMost });

/** @param {Row} row */
export function holds({ limit, ...row }) {
	if (limit === undefined) return true;
	const value = row[limit.of] ?? Number.NaN;
	return (
		value >= (limit.atLeast ?? Number.NEGATIVE_INFINITY) &&
		value <= (limit.atMost ?? Number.POSITIVE_INFINITY)
	);
}

/**
 * @param {string} bench
 * @param {readonly Row[]} rows
 */
export function toNdjson(bench, rows) {
	return rows
		.map((row) => JSON.stringify({ bench, ...row, holds: holds(row) }))
		.join("\n");
}

/**
 * @param {string} bench
 * @param {readonly Row[]} rows
 */
export function toTable(bench, rows) {
	const head = [
		bench,
		"localhook",
		"peer",
		"ratio",
		"spread",
		"CPU ratio",
		"limit",
	];
	const lines = [head, ...rows.map(toCells)];
	const widths = head.map((_, column) =>
		Math.max(...lines.map((cells) => cells[column].length)),
	);
	return lines
		.map((cells) =>
			cells
				.map((cell, column) =>
					column === 0
						? cell.padEnd(widths[column])
						: cell.padStart(widths[column]),
				)
				.join("  ")
				.trimEnd(),
		)
		.join("\n");
}

/** @param {Row} row */
function toCells(row) {
	const { unit, ours, theirs, peer, ratio, spread, cpu, limit } = row;
	return [
		row.case,
		`${short(ours)} ${unit}`,
		theirs === undefined ? "" : `${short(theirs)} ${unit} ${peer}`,
		ratio === undefined ? "" : fraction(ratio),
		spread === undefined ? "" : spread.map(fraction).join("-"),
		cpu === undefined ? "" : fraction(cpu.ratio),
		limit === undefined
			? ""
			: `${limitText(limit, unit)} ${holds(row) ? "✓" : "✗"}`,
	];
}

/**
 * @param {Limit} limit
 * @param {string} unit
 */
function limitText({ of, atLeast, atMost }, unit) {
	const bound = atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
	return of === "ours" ? `${bound} ${unit}` : bound;
}

/** @param {number} value */
function short(value) {
	if (value >= 1000) return Math.round(value).toLocaleString("en");
	return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** @param {number} value */
function fraction(value) {
	return value < 0.1 ? value.toPrecision(1) : value.toFixed(2);
}
