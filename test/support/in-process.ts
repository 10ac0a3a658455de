import { Readable } from "node:stream";
import { run } from "../../src/cli/run.ts";
import type { Finished } from "./command.ts";

interface Surroundings {
	readonly env?: Readonly<Record<string, string>>;
	readonly stdin?: string | Uint8Array;
	readonly isTTY?: boolean;
	/** Is told what has been printed so far. */
	readonly onPrinted?: (stdout: string, stderr: string) => void;
}

/** Runs the command line in this process, with an empty environment. */
export async function runInProcess(
	words: readonly string[],
	{ env = {}, stdin = "", isTTY = false, onPrinted }: Surroundings = {},
): Promise<Finished> {
	let [stdout, stderr] = ["", ""];
	const code = await run(words, {
		env,
		stdin: Readable.from([Buffer.from(stdin)]),
		stdout: {
			isTTY,
			write(data) {
				stdout += Buffer.from(data as string).toString();
				onPrinted?.(stdout, stderr);
			},
		},
		stderr: {
			write(data) {
				stderr += Buffer.from(data as string).toString();
				onPrinted?.(stdout, stderr);
			},
		},
	});
	return { code, stdout, stderr };
}
