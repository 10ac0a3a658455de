import { EventEmitter } from "node:events";
import { Readable } from "node:stream";
import { onTestFinished } from "vitest";
import { run } from "../../src/cli/run.ts";
import {
	addressOf,
	createOutput,
	type Finished,
	type RunningCommand,
} from "./command.ts";

interface RunContext {
	readonly env?: Readonly<Record<string, string>>;
	readonly stdin?: string | Uint8Array;
	readonly isTTY?: boolean;
	/** Is told what has been printed so far. */
	readonly onPrinted?: (stdout: string, stderr: string) => void;
}

export interface RunningInProcess extends Omit<RunningCommand, "process"> {
	/** Resolves when it has ended by this signal. */
	stop(signal?: NodeJS.Signals): Promise<Finished>;
}

/** Runs the command line in this process, with an empty environment. */
export function runInProcess(
	...ran: Parameters<typeof beginInProcess>
): Promise<Finished> {
	return beginInProcess(...ran).finished;
}

/** `localhook start` on a free port of this process; it is stopped when the test ends. */
export async function startInProcess(
	words: readonly string[] = [],
	context: RunContext = {},
): Promise<RunningInProcess & { readonly url: string }> {
	const all = ["start", "--port", "0", ...words];
	const running = beginInProcess(all, context);
	const url = await addressOf(running);
	onTestFinished(async () => void (await running.stop()));
	return { ...running, url };
}

/** A command that goes on until a signal reaches it, which only it gets. */
export function beginInProcess(
	words: readonly string[],
	{ env = {}, stdin = "", isTTY = false, onPrinted }: RunContext = {},
): RunningInProcess {
	const output = createOutput(onPrinted);
	const signals = new EventEmitter();
	const finished = run(words, {
		env,
		host: Object.assign(signals, { exit() {} }),
		stdin: Readable.from([Buffer.from(stdin)]),
		stdout: { isTTY, write: (data) => output.add("stdout", data) },
		stderr: { write: (data) => output.add("stderr", data) },
	}).then((code) => output.end(code));
	return {
		finished,
		printed: output.printed,
		stop(signal = "SIGTERM") {
			signals.emit(signal, signal);
			return finished;
		},
	};
}
