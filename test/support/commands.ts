import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

/** Without them the printed lines of shell cannot be run; `.ci/run` installs them, so CI never skips them. */
export const withoutShell = ["curl --version", "openssl version"].some(
	(line) => spawnSync("sh", ["-c", line]).status !== 0,
);

/** What a script of the shell prints; what runs beside it, runs on. */
export async function shell(script: string): Promise<string> {
	const { stdout } = await promisify(execFile)("sh", ["-c", script]);
	return stdout;
}
