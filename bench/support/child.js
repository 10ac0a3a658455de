import { fork } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * A script in a process of its own.
 *
 * @typedef {object} Child
 * @property {any} ready what it told when it was
 * @property {(name: string, argument?: unknown) => Promise<any>} ask
 * @property {() => Promise<void>} stop
 */

/**
 * Starts a script and waits for what tells that it is ready. Every script answers `cpu` and `memory`.
 *
 * @param {URL} script
 * @param {object} [options]
 * @param {string[]} [options.words] its arguments
 * @param {string[]} [options.node] Node's own
 * @param {"stdout" | "stderr"} [options.talk] where it tells so; what follows there is read and dropped
 * @param {(line: string) => any} [options.readReady] what a line tells; default: the JSON of the first one
 * @returns {Promise<Child>}
 */
export async function startChild(
	script,
	{ words = [], node = [], talk = "stdout", readReady = JSON.parse } = {},
) {
	const probe = new URL("usage-probe.js", import.meta.url).href;
	const child = fork(fileURLToPath(script), words, {
		execArgv: [...node, "--import", probe],
		stdio: ["ignore", "pipe", talk === "stderr" ? "pipe" : "inherit", "ipc"],
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
	const lines = createInterface(
		/** @type {import("node:stream").Readable} */ (child[talk]),
	);
	const told = new Promise((resolve) => {
		lines.on("line", function read(line) {
			const ready = readReady(line);
			if (ready === undefined) return;
			lines.close();
			child[talk]?.resume();
			resolve(ready);
		});
	});
	const ready = await Promise.race([told, ended]);
	if (ready instanceof Error) throw ready;
	return {
		ready,
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
