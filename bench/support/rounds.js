import { median, quantile } from "./statistics.js";

/**
 * One measurement of one round.
 *
 * @typedef {object} Sample
 * @property {number} value
 * @property {number} [cpu] microseconds of CPU for one operation
 */

/**
 * Runs contenders in turn, round by round, so that whatever else the machine does falls on all of them alike.
 *
 * @template {string} Name
 * @param {Record<Name, () => Promise<Sample>>} contenders
 * @param {{ rounds: number, warmUps?: number }} options
 * @returns {Promise<Record<Name, Sample[]>>}
 */
export async function interleave(contenders, { rounds, warmUps = 1 }) {
	const names = /** @type {Name[]} */ (Object.keys(contenders));
	const samples = /** @type {Record<Name, Sample[]>} */ ({});
	for (const name of names) samples[name] = [];
	for (let round = -warmUps; round < rounds; round++) {
		for (const name of names) {
			const sample = await contenders[name]();
			if (round >= 0) samples[name].push(sample);
		}
	}
	return samples;
}

/**
 * Measures several times from the start, and puts the samples together: two processes that run the same code differ
 * by some percent for as long as they live, which no number of rounds evens out.
 *
 * @param {number} lives
 * @param {() => Promise<Record<string, Sample[]>>} measure starts its own processes and stops them
 */
export async function overLives(lives, measure) {
	/** @type {Record<string, Sample[]>} */
	const all = {};
	for (let life = 0; life < lives; life++) {
		for (const [name, samples] of Object.entries(await measure())) {
			all[name] ??= [];
			all[name].push(...samples);
		}
	}
	return all;
}

/**
 * Two contenders side by side: the ratio of their medians, and where the middle half of the rounds' own ratios lies.
 *
 * @param {readonly Sample[]} ours
 * @param {readonly Sample[]} theirs
 */
export function compare(ours, theirs) {
	const each = ours.map(({ value }, round) => value / theirs[round].value);
	const cpu = [ours, theirs].every(hasCpu) && {
		cpu: ratioOf(ours, theirs, ({ cpu }) => /** @type {number} */ (cpu)),
	};
	return {
		...ratioOf(ours, theirs, ({ value }) => value),
		spread: /** @type {[number, number]} */ ([
			quantile(each, 0.25),
			quantile(each, 0.75),
		]),
		...cpu,
	};
}

/**
 * @param {readonly Sample[]} ours
 * @param {readonly Sample[]} theirs
 * @param {(sample: Sample) => number} pick
 */
function ratioOf(ours, theirs, pick) {
	const us = median(ours.map(pick));
	const them = median(theirs.map(pick));
	return { ours: us, theirs: them, ratio: us / them };
}

/** @param {readonly Sample[]} samples */
function hasCpu(samples) {
	return samples.every(({ cpu }) => cpu !== undefined);
}
