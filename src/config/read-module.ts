import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { broken, type ConfigFile, type Place } from "./problem.ts";

/** Runs a module and takes what it exports by default. */
export async function readModule(path: string): Promise<ConfigFile> {
	try {
		const { createJiti } = await import("jiti");
		const jiti = createJiti(import.meta.url, {
			// The one that is running, so that `defineConfig` is there under npx too, where nothing is installed.
			alias: { localhook: createRequire(import.meta.url).resolve("localhook") },
			moduleCache: false,
			// Else a copy of it stays in the temporary folder, where others can read it, and runs the next time.
			fsCache: false,
			// Otherwise a module without a default export passes for its own.
			interopDefault: false,
		});
		const module: { default?: unknown } = await jiti.import(
			pathToFileURL(path).href,
		);
		if (module.default === undefined)
			return broken(
				"it exports nothing by default. Write `export default defineConfig({ ... })`.",
			);
		return { value: module.default, problems: [], locate: () => undefined };
	} catch (error) {
		const message = String((error as Error)?.message ?? error);
		const [reason = ""] = message.split("\n");
		return broken(`it cannot be run: ${reason.trim()}`, placeIn(message, path));
	}
}

/** The parser tells where it stopped on a line of its own, and counts columns from 0. */
function placeIn(message: string, path: string): Place | undefined {
	const rest = message.split(`${path}:`)[1] ?? "";
	const [, line, column] = /^(\d+):(\d+)/.exec(rest) ?? [];
	return line === undefined
		? undefined
		: { line: Number(line), column: Number(column) + 1 };
}
