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
