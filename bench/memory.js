import { startChild } from "./support/child.js";
import { exchange, toWire } from "./support/http-client.js";
import { startLocalhook } from "./support/localhook.js";
import { setUpProlific, setUpSolvimon } from "./support/provider-requests.js";
import { oursAtMost, ratioAtMost } from "./support/report.js";
import { compare, interleave } from "./support/rounds.js";

const megabyte = 1024 * 1024;
const inFlight = 64;
const marks = [20_000, 50_000, 100_000, 150_000, 200_000];

/**
 * Megabytes a running localhook takes, and whether deliveries make it grow.
 *
 * @param {{ rounds: number }} options
 */
export async function memory({ rounds }) {
	return [...(await idle(rounds)), ...(await overDeliveries())];
}

/** @param {number} rounds */
async function idle(rounds) {
	const bareServer = new URL("processes/bare-server.js", import.meta.url);
	const samples = await interleave(
		{
			started: () => measure(startLocalhook()),
			called: () =>
				measure(startLocalhook(), async ({ port }) => {
					await setUpProlific(port);
					await setUpSolvimon(port);
					await exchange(port, toWire("GET", "/_localhook/health", {}));
				}),
			bare: () =>
				measure(startChild(bareServer, { words: ["0", "200", "{}"] })),
		},
		{ rounds: Math.min(rounds, 6), warmUps: 0 },
	);
	const limit = oursAtMost(100);
	const row = { unit: "MB", peer: "node:http", limit };
	return [
		{ case: "RSS idle", ...row, ...compare(samples.started, samples.bare) },
		{
			case: "RSS idle after some calls",
			...row,
			...compare(samples.called, samples.bare),
		},
	];
}

/**
 * @template {import("./support/child.js").Child} Started
 * @param {Promise<Started>} starting
 * @param {(child: Started) => Promise<void>} [use]
 */
async function measure(starting, use) {
	const child = await starting;
	await use?.(child);
	const { rss } = await child.ask("memory");
	await child.stop();
	return { value: rss / megabyte };
}

/** An engine's memory after ever more deliveries, garbage collected. The journal is full from 10,000 on. */
async function overDeliveries() {
	const script = (/** @type {string} */ name) =>
		new URL(`processes/${name}.js`, import.meta.url);
	const receiver = await startChild(script("receiver"));
	const url = `http://127.0.0.1:${receiver.ready.port}/hooks`;
	const sender = await startChild(script("localhook-sender"), {
		words: [url, String(inFlight), "0"],
		node: ["--expose-gc"],
	});
	/** @type {{ mark: number, rss: number, heap: number }[]} */
	const measured = [];
	let sent = 0;
	for (const mark of marks) {
		await sender.ask("send", mark - sent);
		sent = mark;
		const { rss, heapUsed } = await sender.ask("memory");
		measured.push({ mark, rss: rss / megabyte, heap: heapUsed / megabyte });
	}
	await sender.stop();
	await receiver.stop();
	return [
		...growth("RSS", measured, "rss", 100_000),
		...growth("heap", measured, "heap", 20_000),
	];
}

/**
 * A row for each mark; those behind `base` may not be much above the most there was up to it: what the process holds
 * swings with the collector. The allocator settles later than the heap.
 *
 * @param {string} name
 * @param {readonly { mark: number, rss: number, heap: number }[]} measured
 * @param {"rss" | "heap"} figure
 * @param {number} base
 * @returns {import("./support/report.js").Row[]}
 */
function growth(name, measured, figure, base) {
	const before = measured.filter(({ mark }) => mark <= base);
	const theirs = Math.max(...before.map(({ [figure]: value }) => value));
	return measured.map(({ mark, [figure]: ours }) => {
		const row = {
			case: `${name} after ${mark.toLocaleString("en")} deliveries`,
			unit: "MB",
			peer: `up to ${base.toLocaleString("en")}`,
			ours,
		};
		if (mark <= base) return row;
		const ratio = ours / theirs;
		return { ...row, theirs, ratio, limit: ratioAtMost(1.1) };
	});
}
