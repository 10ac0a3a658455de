import { startChild } from "./support/child.js";
import { exchange, openConnections } from "./support/http-client.js";
import { startLocalhook } from "./support/localhook.js";
import { setUpProlific, setUpSolvimon } from "./support/provider-requests.js";
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
			const bare = await startBareServer(alone.port, request);
			const caller = (child, wire) => openCaller(child, wire, request.status);
			const contenders = {
				alone: await caller(alone, request.wire),
				bare: await caller(bare, request.wire),
				amongAll: await caller(amongAll, sameRequests[index].wire),
			};
			const samples = await interleave(
				{
					alone: contenders.alone.round,
					bare: contenders.bare.round,
					amongAll: contenders.amongAll.round,
				},
				{ rounds, warmUps: 2 },
			);
			for (const { close } of Object.values(contenders)) close();
			await bare.stop();
			rows.push(
				{
					case: request.name,
					unit: "/s",
					peer: "node:http",
					...compare(samples.alone, samples.bare),
					limit: { of: "ratio", atLeast: 0.5 },
				},
				{
					case: "  with every provider's routes",
					unit: "/s",
					peer: "alone",
					...compare(samples.amongAll, samples.alone),
					limit: { of: "ratio", atLeast: 0.95 },
				},
			);
		}
		await alone.stop();
		await amongAll.stop();
	}
	return rows;
}

/**
 * A bare server that answers what localhook answers to a request.
 *
 * @param {number} port localhook's
 * @param {import("./support/provider-requests.js").ProviderRequest} request
 */
async function startBareServer(port, { wire, status }) {
	const { body } = await exchange(port, wire);
	const script = new URL("processes/bare-server.js", import.meta.url);
	const child = await startChild(script, { words: ["0", String(status), body] });
	return { ...child, port: child.ready.port };
}

/**
 * @param {{ port: number, ask: import("./support/child.js").Child["ask"] }} child
 * @param {string} wire
 * @param {number} status
 */
async function openCaller({ port, ask }, wire, status) {
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
