import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { exchange, freePort, toWire } from "./support/http-client.js";
import { command } from "./support/localhook.js";
import { ratioAtMost } from "./support/report.js";
import { compare, interleave } from "./support/rounds.js";

const prolific = { authorization: "Token bench" };
const hooks = "/prolific/api/v1/hooks";
const getEventTypes = toWire("GET", `${hooks}/event-types/`, prolific);
const createSecret = toWire("POST", `${hooks}/secrets/`, prolific, {
	workspace_id: "63722982f9cc073ecc730f6b",
});
const getHealth = toWire("GET", "/_localhook/health", {});
const getClock = toWire("GET", "/_localhook/clock", {});
/** With it, Node reads a file of certificates at each start, which would hide the difference. */
const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
const withExpress = "get-clock, which loads Express";
const bareServer = new URL("processes/bare-server.js", import.meta.url);

/**
 * Milliseconds from spawning a process to its first good answer, against a `node:http` script.
 *
 * @param {{ rounds: number }} options
 */
export async function coldStart({ rounds }) {
	const localhook = (/** @type {string} */ wire) => () =>
		firstAnswer(
			command,
			(port) => ["start", "--port", String(port), "--quiet"],
			wire,
		);
	const bare = () =>
		firstAnswer(
			bareServer,
			(port) => [String(port), "200", '{"status":"ok"}'],
			getEventTypes,
		);
	const samples = await interleave(
		{
			"prolific get-event-types": localhook(getEventTypes),
			"prolific create-secret": localhook(createSecret),
			"get-health": localhook(getHealth),
			[withExpress]: localhook(getClock),
			bare,
		},
		{ rounds },
	);
	const { bare: theirs, ...ours } = samples;
	return Object.entries(ours).map(([name, each]) => ({
		case: `first answer: ${name}`,
		unit: "ms",
		peer: "node:http",
		...compare(each, theirs),
		limit: ratioAtMost(name === withExpress ? 2.6 : 2),
	}));
}

/**
 * @param {URL} script
 * @param {(port: number) => string[]} wordsFor
 * @param {string} wire
 */
async function firstAnswer(script, wordsFor, wire) {
	const port = await freePort();
	const words = [fileURLToPath(script), ...wordsFor(port)];
	const started = performance.now();
	const child = spawn(process.execPath, words, { stdio: "ignore", env });
	try {
		const { status, body } = await exchangeOnceUp(port, wire, child);
		const value = performance.now() - started;
		if (status > 299) throw new Error(`${status} ${body}`);
		return { value };
	} finally {
		child.kill();
		if (child.exitCode === null) await once(child, "exit");
	}
}

/**
 * @param {number} port
 * @param {string} wire
 * @param {import("node:child_process").ChildProcess} child
 */
async function exchangeOnceUp(port, wire, child) {
	for (;;) {
		try {
			return await exchange(port, wire);
		} catch (error) {
			const refused =
				/** @type {NodeJS.ErrnoException} */ (error).code === "ECONNREFUSED";
			if (!refused || child.exitCode !== null) throw error;
			await setTimeout(1);
		}
	}
}
