import { startChild } from "./support/child.js";
import { exchange, openConnections } from "./support/http-client.js";
import { startLocalhook } from "./support/localhook.js";
import { setUpProlific, setUpSolvimon } from "./support/provider-requests.js";
import { ratioAtLeast } from "./support/report.js";
import { compare, interleave } from "./support/rounds.js";

const connections = 32;
const roundMilliseconds = 500;

/**
 * Provider calls per second, JSON in and out, against a `node:http` server that answers with the same JSON;
 * and what the routes of the other providers cost.
 *
 * @param {{ rounds: number }} options
 */
export async function providerCalls({ rounds }) {
	/** @type {import("./support/report.js").Row[]} */
	const rows = [];
	for (const [provider, setUp] of Object.entries({
		prolific: setUpProlific,
		solvimon: setUpSolvimon,
	})) {
		const alone = await startLocalhook([provider]);
		const amongAll = await startLocalhook();
		const requests = await setUp(alone.port);
		const sameRequests = await setUp(amongAll.port);
		for (const [index, request] of requests.entries()) {
			const same = sameRequests[index];
			rows.push(
				...(await compareCall({ alone, amongAll, request, same, rounds })),
			);
		}
		await alone.stop();
		await amongAll.stop();
	}
	return rows;
}

/**
 * @typedef {Awaited<ReturnType<typeof startLocalhook>>} Server
 * @typedef {import("./support/provider-requests.js").ProviderRequest} ProviderRequest
 *
 * @param {{ alone: Server, amongAll: Server, request: ProviderRequest, same: ProviderRequest, rounds: number }} what
 */
async function compareCall({ alone, amongAll, request, same, rounds }) {
	const bare = await startBareServer(alone.port, request);
	const callers = {
		alone: await openCaller(alone, request),
		bare: await openCaller(bare, request),
		amongAll: await openCaller(amongAll, same),
	};
	const samples = await interleave(
		{
			alone: callers.alone.round,
			bare: callers.bare.round,
			amongAll: callers.amongAll.round,
		},
		{ rounds, warmUps: 2 },
	);
	for (const { close } of Object.values(callers)) close();
	await bare.stop();
	const unit = "/s";
	return [
		{
			case: request.name,
			unit,
			peer: "node:http",
			...compare(samples.alone, samples.bare),
			limit: ratioAtLeast(0.5),
		},
		{
			case: "  with every provider's routes",
			unit,
			peer: "alone",
			...compare(samples.amongAll, samples.alone),
			limit: ratioAtLeast(0.95),
		},
	];
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
