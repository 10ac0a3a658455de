import { startChild } from "./support/child.js";
import { ratioAtLeast } from "./support/report.js";
import { compare, interleave, overLives } from "./support/rounds.js";

const inFlight = 64;
const deliveries = 10_000;
const lives = 3;

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
		const one = await start("localhook-sender", url, inFlight, 0);
		const amongMany = await start("localhook-sender", url, inFlight, 1000);
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
	return [
		{ case: `deliveries of ${bytes} bytes`, ...row, ...compare(one, bare) },
		{
			case: "  with 1,000 other endpoints",
			...row,
			...compare(amongMany, bare),
		},
	];
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
