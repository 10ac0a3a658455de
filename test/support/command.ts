import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** The built command. */
export const main = fileURLToPath(
	new URL("../../dist/cli/main.js", import.meta.url),
);

export interface Finished {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface RunningCommand {
	readonly process: ChildProcess;
	/** Resolves with the first match in stdout or stderr, past or coming. */
	printed(pattern: RegExp): Promise<RegExpMatchArray>;
	finished: Promise<Finished>;
}

/** Starts the built command as a process of its own; it is killed when the test ends. */
export function command(
	...started: Parameters<typeof spawnCommand>
): RunningCommand {
	const running = spawnCommand(...started);
	onTestFinished(() => void running.process.kill("SIGKILL"));
	return running;
}

/** The same for several tests: whoever starts it ends it. */
export function spawnCommand(
	words: readonly string[],
	environment: Record<string, string> = {},
	folder?: string,
): RunningCommand {
	const child = spawn(process.execPath, [main, ...words], {
		env: {
			...process.env,
			NO_COLOR: "1",
			FORCE_COLOR: undefined,
			GITHUB_ACTIONS: undefined,
			...environment,
		},
		cwd: folder,
		stdio: ["ignore", "pipe", "pipe"],
	});
	const output = createOutput();
	child.stdout.on("data", (data) => output.add("stdout", data));
	child.stderr.on("data", (data) => output.add("stderr", data));
	return {
		process: child,
		printed: output.printed,
		finished: once(child, "close").then(([code]) => output.end(code)),
	};
}

/** What a command prints, as it comes. */
export function createOutput(
	onPrinted?: (stdout: string, stderr: string) => void,
) {
	const written = { stdout: "", stderr: "" };
	let ended = false;
	const waiting = new Set<() => void>();
	const look = () => {
		for (const each of [...waiting]) each();
	};
	return {
		add(stream: "stdout" | "stderr", data: string | Uint8Array): void {
			written[stream] += Buffer.from(data as string).toString();
			onPrinted?.(written.stdout, written.stderr);
			look();
		},
		end(code: number | null): Finished {
			ended = true;
			look();
			return { code, ...written };
		},
		printed: (pattern: RegExp) =>
			new Promise<RegExpMatchArray>((resolve, reject) => {
				const find = () => {
					const text = `${written.stdout}${written.stderr}`;
					const match = text.match(pattern);
					if (match === null && !ended) return;
					waiting.delete(find);
					if (match !== null) resolve(match);
					else
						reject(new Error(`It ended without printing ${pattern}:\n${text}`));
				};
				waiting.add(find);
				find();
			}),
	};
}

/** Starts `localhook start` on a free port and gives its address once it is ready. */
export async function startCommand(
	words: readonly string[] = [],
): Promise<RunningCommand & { url: string }> {
	const running = command(["start", "--port", "0", ...words]);
	return { ...running, url: await addressOf(running) };
}

/** Where a start of the command serves, once it is ready. */
export async function addressOf({
	printed,
}: Pick<RunningCommand, "printed">): Promise<string> {
	const [, url] = await printed(/(http:\/\/127\.0\.0\.1:\d+)/);
	return url as string;
}
