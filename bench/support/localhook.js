import { startChild } from "./child.js";

export const command = new URL("../../dist/cli/main.js", import.meta.url);

/**
 * `localhook start`, as a user runs it but on a free port and without a line for each call.
 *
 * @param {string[]} [providers] default: all
 */
export async function startLocalhook(providers = []) {
	const words = ["start", ...providers, "--port", "0", "--json", "--quiet"];
	const child = await startChild(command, { words });
	return { ...child, port: Number(new URL(child.ready.url).port) };
}

/**
 * The same as a user runs it, with a line for each call, into a pipe.
 *
 * @param {string[]} providers
 */
export async function startLogging(providers) {
	const child = await startChild(command, {
		words: ["start", ...providers, "--port", "0"],
		talk: "stderr",
		readReady: (line) => /\bhttp:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1],
	});
	return { ...child, port: Number(child.ready) };
}
