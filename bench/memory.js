import { startChild } from "./support/child.js";
import { exchange, toWire } from "./support/http-client.js";
import { startLocalhook } from "./support/localhook.js";
import { setUpProlific, setUpSolvimon } from "./support/provider-requests.js";
import { compare, interleave } from "./support/rounds.js";

const megabyte = 1024 * 1024;
const inFlight = 64;

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
	const limit = /** @type {const} */ ({ of: "ours", atMost: 100 });
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

/** An engine's memory after ever more deliveries, garbage collected; the journal is full from 10,000 on. */
async function overDeliveries() {
	const script = (/** @type {string} */ name) =>
		new URL(`processes/${name}.js`, import.meta.url);
	const receiver = await startChild(script("receiver"));
	const url = `http://127.0.0.1:${receiver.ready.port}/hooks`;
	const sender = await startChild(script("localhook-sender"), {
		words: [url, String(inFlight), "0"],
		node: ["--expose-gc"],
	});
	/** @type {import("./support/report.js").Row[]} */
	const rows = [];
	let sent = 0;
	let first = Number.NaN;
	for (const mark of [20_000, 50_000, 100_000, 150_000, 200_000]) {
		await sender.ask("send", mark - sent);
		sent = mark;
		const { rss, heapUsed } = await sender.ask("memory");
		if (Number.isNaN(first)) first = heapUsed;
		const after = `after ${mark.toLocaleString("en")} deliveries`;
		rows.push(
			{
				case: `RSS ${after}`,
				unit: "MB",
				peer: "",
				ours: rss / megabyte,
			},
			{
				case: `  heap ${after}`,
				unit: "MB",
				peer: "after 20,000",
				ours: heapUsed / megabyte,
				theirs: first / megabyte,
				ratio: heapUsed / first,
				limit: { of: "ratio", atMost: 1.1 },
			},
		);
	}
	await sender.stop();
	await receiver.stop();
	return rows;
}
