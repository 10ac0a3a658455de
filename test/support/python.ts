import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** By its place where there is one: a version manager's `python3` on the PATH costs several times what Python does. */
export const python = existsSync("/usr/bin/python3")
	? "/usr/bin/python3"
	: "python3";

/** Without python3 the second implementations cannot run; `.ci/run` installs it, so CI never skips them. */
export const withoutPython = spawnSync(python, ["--version"]).status !== 0;

/** Starts `test/receivers/<name>.py`, which prints its port on its first line; it ends with the test. */
export async function startPythonReceiver(
	name: string,
	environment: Record<string, string>,
): Promise<{ url: string; process: ChildProcess }> {
	const script = fileURLToPath(
		new URL(`../receivers/${name}.py`, import.meta.url),
	);
	const child = spawn(python, ["-u", script], {
		env: { ...process.env, ...environment },
		stdio: ["ignore", "pipe", "inherit"],
	});
	onTestFinished(() => void child.kill());
	const [port] = (await once(createInterface(child.stdout), "line")) as [
		string,
	];
	return { url: `http://127.0.0.1:${port}/hooks`, process: child };
}
