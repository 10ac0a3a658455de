import { startChild } from "./support/child.js";
import { ratioAtLeast } from "./support/report.js";
import { compare, interleave } from "./support/rounds.js";

const inFlight = 64;
const deliveries = 10_000;

/**
 * Signed deliveries of about 1 KB per second to another process, against undici that signs and posts the same body.
 *
 * @param {{ rounds: number }} options
 */
export async function dispatch({ rounds }) {
	const receiver = await start("receiver");
	const url = `http://127.0.0.1:${receiver.ready.port}/hooks`;
	const one = await start("localhook-sender", url, inFlight, 0);
	const amongMany = await start("localhook-sender", url, inFlight, 1000);
	const { secret, body } = one.ready;
	const bare = await start("bare-sender", url, secret, inFlight, body);
	const samples = await interleave(
		{
			one: () => round(one),
			bare: () => round(bare),
			amongMany: () => round(amongMany),
		},
		{ rounds, warmUps: 2 },
	);
	for (const child of [one, amongMany, bare, receiver]) await child.stop();
	const unit = "/s";
	const peer = "undici";
	const limit = ratioAtLeast(0.7);
	return [
		{
			case: `deliveries of ${Buffer.byteLength(body)} bytes`,
			unit,
			peer,
			...compare(samples.one, samples.bare),
			limit,
		},
		{
			case: "  with 1,000 other endpoints",
			unit,
			peer,
			...compare(samples.amongMany, samples.bare),
			limit,
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
