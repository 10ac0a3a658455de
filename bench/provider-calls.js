import { startChild } from "./support/child.js";
import { exchange, openConnections } from "./support/http-client.js";
import { startLocalhook, startLogging } from "./support/localhook.js";
import { setUpProlific, setUpSolvimon } from "./support/provider-requests.js";
import { ratioAtLeast } from "./support/report.js";
import { compare, interleave, overLives } from "./support/rounds.js";

const connections = 32;
const roundMilliseconds = 500;
const lives = 3;
const moreRoutes = 60;

/**
 * Provider calls per second, JSON in and out, against a `node:http` server that answers with the same JSON; what the log
 * costs, and sixty more routes in the provider's document.
 *
 * @param {{ rounds: number }} options
 */
export async function providerCalls({ rounds }) {
	const prolific = await callsOf("prolific", setUpProlific, rounds);
	const solvimon = await callsOf("solvimon", setUpSolvimon, rounds);
	return [...prolific, ...solvimon];
}

/**
 * @typedef {Awaited<ReturnType<typeof startLocalhook>>} Server
 * @typedef {import("./support/provider-requests.js").ProviderRequest} ProviderRequest
 *
 * @param {string} provider
 * @param {(port: number) => Promise<ProviderRequest[]>} setUp
 * @param {number} rounds
 */
async function callsOf(provider, setUp, rounds) {
	/** @type {Set<string>} */
	const names = new Set();
	const samples = await overLives(lives, async () => {
		const alone = await startLocalhook([provider]);
		const logging = await startLogging([provider]);
		const both = await startBoth(provider, moreRoutes);
		const requests = await setUp(alone.port);
		const ofLogging = await setUp(logging.port);
		const ofNone = await setUp(both.none.port);
		const ofMore = await setUp(both.more.port);
		/** @type {Record<string, import("./support/rounds.js").Sample[]>} */
		const measured = {};
		for (const [index, request] of requests.entries()) {
			names.add(request.name);
			const bare = await startBareServer(alone.port, request);
			// Another process before each of the two in one, which the second would find warm.
			const callers = {
				alone: await openCaller(alone, request),
				"among none": await openCaller(both.none, ofNone[index]),
				bare: await openCaller(bare, request),
				logging: await openCaller(logging, ofLogging[index]),
				"among more": await openCaller(both.more, ofMore[index]),
			};
			Object.assign(measured, await takeTurns(request.name, callers, rounds));
			await bare.stop();
		}
		await alone.stop();
		await logging.stop();
		await both.stop();
		return measured;
	});
	return [...names].flatMap((name) => toRows(name, samples));
}

/**
 * @param {string} name
 * @param {Record<string, Awaited<ReturnType<typeof openCaller>>>} callers
 * @param {number} rounds
 */
async function takeTurns(name, callers, rounds) {
	const contenders = Object.fromEntries(
		Object.entries(callers).map(([who, { round }]) => [
			`${name} ${who}`,
			round,
		]),
	);
	const samples = await interleave(contenders, {
		rounds: Math.ceil(rounds / lives),
		warmUps: 2,
	});
	for (const { close } of Object.values(callers)) close();
	return samples;
}

/**
 * @param {string} name
 * @param {Record<string, import("./support/rounds.js").Sample[]>} samples
 * @returns {import("./support/report.js").Row[]}
 */
function toRows(name, samples) {
	const alone = samples[`${name} alone`];
	const unit = "/s";
	return [
		{
			case: name,
			unit,
			peer: "node:http",
			...compare(alone, samples[`${name} bare`]),
			limit: ratioAtLeast(0.5),
		},
		{
			case: "  with a line for each into a pipe",
			unit,
			peer: "--quiet",
			...compare(samples[`${name} logging`], alone),
			limit: ratioAtLeast(0.85),
		},
		{
			case: `  with ${moreRoutes} more routes`,
			unit,
			peer: "without",
			...compare(samples[`${name} among more`], samples[`${name} among none`]),
			limit: ratioAtLeast(0.95),
		},
	];
}

/**
 * Two servers in one process, one of them with more routes.
 *
 * @param {string} provider
 * @param {number} routes
 */
async function startBoth(provider, routes) {
	const script = new URL("processes/localhook-server.js", import.meta.url);
	const { ready, ask, stop } = await startChild(script, {
		words: [provider, String(routes)],
	});
	const { none, more } = ready;
	return { none: { port: none, ask }, more: { port: more, ask }, stop };
}

/**
 * A bare server that answers what localhook answers to a request.
 *
 * @param {number} port localhook's
 * @param {ProviderRequest} request
 */
async function startBareServer(port, { wire, status }) {
	const { body } = await exchange(port, wire);
	const script = new URL("processes/bare-server.js", import.meta.url);
	const child = await startChild(script, {
		words: ["0", String(status), body],
	});
	return { ...child, port: child.ready.port };
}

/**
 * @param {Pick<Server, "port" | "ask">} server
 * @param {ProviderRequest} request
 */
async function openCaller({ port, ask }, { wire, status }) {
	const client = await openConnections(port, connections);
	return {
		close: client.close,
		async round() {
			const before = await ask("cpu");
			const { calls, seconds } = await client.callFor(
				wire,
				status,
				roundMilliseconds,
			);
			const after = await ask("cpu");
			return { value: calls / seconds, cpu: (after - before) / calls };
		},
	};
}
