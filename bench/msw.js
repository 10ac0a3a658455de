import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { oursAtMost, ratioAtMost } from "./support/report.js";
import { median } from "./support/statistics.js";

const run = promisify(execFile);
const user = fileURLToPath(new URL("processes/msw-user.js", import.meta.url));

/**
 * What a test pays for `localhook/msw` with all providers: the setup after the import, a reset, a scope; and whether
 * 10,000 resets make the process grow.
 *
 * @param {{ rounds: number }} options
 */
export async function msw({ rounds }) {
	const samples = [];
	for (let round = 0; round < Math.min(rounds, 5); round++) {
		const { stdout } = await run(process.execPath, ["--expose-gc", user]);
		samples.push(JSON.parse(stdout));
	}
	const of = (/** @type {string} */ name) =>
		median(samples.map((sample) => sample[name]));
	const alone = { unit: "ms", peer: "none" };
	return [
		{
			case: "handlers ready after the import",
			...alone,
			ours: of("ready"),
			limit: oursAtMost(50),
		},
		{ case: "reset", ...alone, ours: of("reset"), limit: oursAtMost(1) },
		{ case: "a scope with one delivery", ...alone, ours: of("scope") },
		{
			case: "heap after 10,000 resets",
			unit: "MB",
			peer: "before them",
			ours: of("after"),
			theirs: of("before"),
			ratio: of("after") / of("before"),
			limit: ratioAtMost(1.1),
		},
	];
}
