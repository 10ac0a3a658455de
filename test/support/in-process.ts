import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { onTestFinished } from "vitest";
import type { Host } from "../../src/cli/io.ts";
import { run } from "../../src/cli/run.ts";
import {
	addressOf,
	createOutput,
	type Finished,
	type RunningCommand,
} from "./command.ts";

interface Surroundings {
	readonly env?: Readonly<Record<string, string>>;
	readonly stdin?: string | Uint8Array;
	readonly isTTY?: boolean;
	/** Default, that of this process. */
	readonly host?: Host;
	/** Is told what has been printed so far. */
	readonly onPrinted?: (stdout: string, stderr: string) => void;
}

/** Runs the command line in this process, with an empty environment. */
export function runInProcess(
	...ran: Parameters<typeof begin>
): Promise<Finished> {
	return begin(...ran).finished;
}

/** `localhook start` on a free port. */
export interface Started extends Omit<RunningCommand, "process"> {
	readonly url: string;
	/** Resolves when it has ended by this signal. */
	stop(signal?: NodeJS.Signals): Promise<Finished>;
}

/** Starts `localhook start` on a free port of this process; it is stopped when the test ends. */
export async function startInProcess(
	words: readonly string[] = [],
	surroundings: Surroundings = {},
): Promise<Started> {
	const signals = new EventEmitter();
	const host = Object.assign(signals, { exit() {} });
	const running = begin(["start", "--port", "0", ...words], {
		host,
		...surroundings,
	});
	const stop = (signal: NodeJS.Signals = "SIGTERM") => {
		signals.emit(signal, signal);
		return running.finished;
	};
	const url = await addressOf(running);
	onTestFinished(async () => void (await stop()));
	return { ...running, url, stop };
}

function begin(
	words: readonly string[],
	{
		env = {},
		stdin = "",
		isTTY = false,
		host = process,
		onPrinted,
	}: Surroundings = {},
): Omit<RunningCommand, "process"> {
	const output = createOutput(onPrinted);
	const finished = run(words, {
		env,
		host,
		stdin: Readable.from([Buffer.from(stdin)]),
		stdout: { isTTY, write: (data) => output.add("stdout", data) },
		stderr: { write: (data) => output.add("stderr", data) },
	}).then((code) => output.end(code));
	return { finished, printed: output.printed };
}
