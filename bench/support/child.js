import { fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * A script in a process of its own.
 *
 * @typedef {object} Child
 * @property {any} ready the JSON of the first line it printed
 * @property {(name: string, argument?: unknown) => Promise<any>} ask
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a script and waits for its first line on stdout, which is JSON. Every script answers `cpu` and `memory`.
 *
 * @param {URL} script
 * @param {{ words?: string[], node?: string[] }} [options] its arguments, and Node's own
 * @returns {Promise<Child>}
 */
export async function startChild(script, { words = [], node = [] } = {}) {
	const probe = new URL("usage-probe.js", import.meta.url).href;
	const child = fork(fileURLToPath(script), words, {
		execArgv: [...node, "--import", probe],
		stdio: ["ignore", "pipe", "inherit", "ipc"],
	});
	/** @type {Map<number, { resolve: (value: any) => void, reject: (error: Error) => void }>} */
	const asked = new Map();
	let asks = 0;
	child.on("message", (/** @type {any} */ { id, value, error }) => {
		const waiting = asked.get(id);
		asked.delete(id);
		if (error === undefined) waiting?.resolve(value);
		else waiting?.reject(new Error(error));
	});
	const ended = once(child, "exit").then(([code]) => {
		const error = new Error(`${script.pathname} ended with ${code}`);
		for (const { reject } of asked.values()) reject(error);
		return error;
	});
	const stdout = createInterface(
		/** @type {import("node:stream").Readable} */ (child.stdout),
	);
	const line = await Promise.race([once(stdout, "line"), ended]);
	if (line instanceof Error) throw line;
	return {
		ready: JSON.parse(line[0]),
		ask: (name, argument) =>
			new Promise((resolve, reject) => {
				const id = asks++;
				asked.set(id, { resolve, reject });
				child.send({ id, name, argument });
			}),
		async stop() {
			child.disconnect();
			await ended;
		},
	};
}
