import { exchange, toWire } from "./http-client.js";

/**
 * A provider call, ready to be sent any number of times.
 *
 * @typedef {object} ProviderRequest
 * @property {string} name
 * @property {string} wire
 * @property {number} status what it is answered with
 */

const prolific = { authorization: "Token bench" };
const workspace = "63722982f9cc073ecc730f6b";

/**
 * Registers what the calls need at a running localhook.
 *
 * @param {number} port
 * @returns {Promise<ProviderRequest[]>}
 */
export async function setUpProlific(port) {
	const hooks = "/prolific/api/v1/hooks";
	const createSecret = toWire("POST", `${hooks}/secrets/`, prolific, {
		workspace_id: workspace,
	});
	await send(port, createSecret);
	const created = await send(
		port,
		toWire("POST", `${hooks}/subscriptions/`, prolific, {
			workspace_id: workspace,
			event_type: "study.status.change",
			target_url: "http://127.0.0.1:9/hooks",
		}),
	);
	const path = `${hooks}/subscriptions/${JSON.parse(created.body).id}/`;
	return [
		{
			name: "prolific create-secret",
			wire: createSecret,
			status: 201,
		},
		{
			name: "prolific get-subscription",
			wire: toWire("GET", path, prolific),
			status: 200,
		},
		{
			name: "prolific update-subscription",
			wire: toWire("PATCH", path, prolific, {
				event_type: "study.status.change",
				target_url: "http://127.0.0.1:9/other",
			}),
			status: 200,
		},
	];
}

/**
 * @param {number} port
 * @returns {Promise<ProviderRequest[]>}
 */
export async function setUpSolvimon(port) {
	const headers = { "x-api-key": "bench" };
	const created = await send(
		port,
		toWire("POST", "/solvimon/v1/webhooks", headers, {
			url: "http://127.0.0.1:9/hooks",
			name: "Bench",
			reference: "bench",
			active: true,
			include_previous_data: false,
			authentication_type: "NONE",
		}),
	);
	const { id } = JSON.parse(created.body);
	return [
		{
			name: "solvimon get-webhook",
			wire: toWire("GET", `/solvimon/v1/webhooks/${id}`, headers),
			status: 200,
		},
	];
}

/**
 * @param {number} port
 * @param {string} wire
 */
async function send(port, wire) {
	const answer = await exchange(port, wire);
	if (answer.status < 300) return answer;
	throw new Error(
		`${wire.split("\r\n", 1)[0]}: ${answer.status} ${answer.body}`,
	);
}
