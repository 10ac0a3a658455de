import { startChild } from "./support/child.js";
import { ratioAtLeast } from "./support/report.js";
import { compare, interleave, overLives } from "./support/rounds.js";

const inFlight = 64;
const deliveries = 10_000;
const lives = 3;

const few = 1000;
const many = 100_000;

/**
 * Signed deliveries of about 1 KB per second to another process, against undici that signs and posts the same body.
 *
 * @param {{ rounds: number }} options
 */
export async function dispatch({ rounds }) {
	let bytes = 0;
	const { one, amongMany, bare } = await overLives(lives, async () => {
		const receiver = await start("receiver");
		const url = `http://127.0.0.1:${receiver.ready.port}/hooks`;
		const one = await start("localhook-sender", url, inFlight, 0, 0);
		const amongMany = await start("localhook-sender", url, inFlight, 1000, 0);
		const { secret, body } = one.ready;
		bytes = Buffer.byteLength(body);
		const bare = await start("bare-sender", url, secret, inFlight, body);
		const samples = await interleave(
			{
				one: () => round(one),
				bare: () => round(bare),
				amongMany: () => round(amongMany),
			},
			{ rounds: Math.ceil(rounds / lives), warmUps: 2 },
		);
		for (const child of [one, amongMany, bare, receiver]) await child.stop();
		return samples;
	});
	const row = { unit: "/s", peer: "undici", limit: ratioAtLeast(0.7) };
	const waiting = await amongWaiting(rounds);
	return [
		{ case: `deliveries of ${bytes} bytes`, ...row, ...compare(one, bare) },
		{
			case: "  1,000 other endpoints, faults",
			...row,
			...compare(amongMany, bare),
		},
		{
			case: "  beside 100,000 that wait",
			unit: "/s",
			peer: "beside 1,000",
			limit: ratioAtLeast(0.5),
			...waiting,
		},
	];
}

/** @param {number} rounds */
async function amongWaiting(rounds) {
	const receiver = await start("receiver");
	const url = `http://127.0.0.1:${receiver.ready.port}/hooks`;
	const beside = await start("localhook-sender", url, inFlight, 0, many);
	const alone = await start("localhook-sender", url, inFlight, 0, few);
	const samples = await interleave(
		{ beside: () => round(beside), alone: () => round(alone) },
		{ rounds: Math.ceil(rounds / lives), warmUps: 2 },
	);
	for (const child of [beside, alone, receiver]) await child.stop();
	return compare(samples.beside, samples.alone);
}

/**
 * @param {string} name
 * @param {unknown[]} words
 */
function start(name, ...words) {
	const script = new URL(`processes/${name}.js`, import.meta.url);
	return startChild(script, { words: words.map(String) });
}

/** @param {import("./support/child.js").Child} sender */
async function round({ ask }) {
	const cpuBefore = await ask("cpu");
	const started = performance.now();
	await ask("send", deliveries);
	const seconds = (performance.now() - started) / 1000;
	const cpu = ((await ask("cpu")) - cpuBefore) / deliveries;
	return { value: deliveries / seconds, cpu };
}
