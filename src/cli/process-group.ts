import type { ChildProcess, SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import spawn from "cross-spawn";
import { type Clock, soon } from "../delivery/clock.ts";
import { LocalhookError } from "../errors.ts";
import { exitCodeOfSignal } from "./io.ts";

/** Windows has no process groups: there it is the one process. */
const hasGroups = process.platform !== "win32";

export type ProcessGroup = ReturnType<typeof createGroup>;

const interval = 20;

/** A process that will be started, and all that it starts, but for what makes a group of its own. */
export function createGroup(clock: Clock) {
	let child: ChildProcess | undefined;

	function signal(name: NodeJS.Signals | 0): boolean {
		const id = child?.pid;
		if (id === undefined) return false;
		try {
			return process.kill(hasGroups ? -id : id, name);
		} catch {
			return false;
		}
	}
	const kill = () => void signal("SIGKILL");
	// Should localhook itself break down, nothing is left behind.
	process.on("exit", kill);
	return {
		/**
		 * @returns its exit code as shells have it, once it has ended
		 * @throws LocalhookError `command-not-found`, `command-not-executable`
		 */
		start([name = "", ...words]: readonly string[], options: SpawnOptions) {
			// On Windows, npm and npx are batch files, which `node:child_process` alone does not find.
			child = spawn(name, words, { ...options, detached: hasGroups });
			const ended = once(child, "exit").then(
				([code, signal]): number => code ?? exitCodeOfSignal(signal),
				(error) => {
					throw notStarted(name, error);
				},
			);
			return { child, ended };
		},
		signal,
		kill,
		async end(grace: number): Promise<void> {
			const until = clock.stopwatch() + grace;
			signal("SIGTERM");
			// Nobody is told when a group that is not one's own child has ended, so it is looked at. Until then, nothing else
			// may keep this process alive.
			while (signal(0) && hasLiving(child?.pid) && clock.stopwatch() < until)
				await new Promise<void>((resolve) => void soon(interval, resolve));
			kill();
			process.off("exit", kill);
		},
	};
}

/**
 * Whether something of a group is more than an entry in the process table. In a container whose first process
 * collects no orphans, such entries stay, and can still be signalled, until it stops.
 */
function hasLiving(group: number | undefined): boolean {
	if (!existsSync("/proc/self/stat")) return true;
	return readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.some((pid) => {
			const [state, , itsGroup] = statOf(pid);
			return Number(itsGroup) === group && state !== "Z";
		});
}

/** State, parent, group ...: what follows the name in parentheses, which may hold anything. */
function statOf(pid: string): string[] {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
		return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	} catch {
		return [];
	}
}

function notStarted(
	name: string,
	{ code, message }: NodeJS.ErrnoException,
): LocalhookError {
	if (code === "ENOENT")
		return new LocalhookError(
			"command-not-found",
			`Failed to run "${name}": there is no such command. ` +
				`Check its spelling and the PATH; what a package of yours installed runs as npx ${name}.`,
		);
	const [reason, advice] =
		code === "EACCES"
			? ["it is not executable", `Make it so: chmod +x ${name}`]
			: [message, "Try it in a shell first"];
	return new LocalhookError(
		"command-not-executable",
		`Failed to run "${name}": ${reason}. ${advice}.`,
	);
}
