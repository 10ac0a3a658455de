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
	let stdout = "";
	let stderr = "";
	const waiting = new Set<() => void>();
	const heard = () => {
		for (const look of [...waiting]) look();
	};
	child.stdout.on("data", (data) => {
		stdout += data;
		heard();
	});
	child.stderr.on("data", (data) => {
		stderr += data;
		heard();
	});
	return {
		process: child,
		printed(pattern) {
			return new Promise((resolve, reject) => {
				const look = () => {
					const match = `${stdout}${stderr}`.match(pattern);
					if (match === null) return;
					waiting.delete(look);
					resolve(match);
				};
				waiting.add(look);
				child.once("close", () =>
					reject(
						new Error(
							`It ended without printing ${pattern}:\n${stdout}${stderr}`,
						),
					),
				);
				look();
			});
		},
		finished: once(child, "close").then(([code]) => ({
			code: code as number | null,
			stdout,
			stderr,
		})),
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
export async function addressOf({ printed }: RunningCommand): Promise<string> {
	const [, url] = await printed(/(http:\/\/127\.0\.0\.1:\d+)/);
	return url as string;
}
