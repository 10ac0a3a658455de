import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Clock } from "../delivery/clock.ts";
import { LocalhookError } from "../errors.ts";

/** Windows has no process groups: there it is the one process. */
export const hasGroups = process.platform !== "win32";

export type ProcessGroup = ReturnType<typeof groupOf>;

const interval = 20;

/** A process that is or will be started `detached`, and all that it started, but for what made a group of its own. */
export function groupOf(leader: () => number | undefined, clock: Clock) {
	function signal(name: NodeJS.Signals | 0): boolean {
		const id = leader();
		if (id === undefined) return false;
		try {
			return process.kill(hasGroups ? -id : id, name);
		} catch {
			return false;
		}
	}
	return {
		signal,
		async end(grace: number): Promise<void> {
			if (!signal("SIGTERM")) return;
			const until = clock.stopwatch() + grace;
			// Nobody is told when a group that is not one's own child has ended, so it is looked at.
			while (signal(0) && hasLiving(leader()) && clock.stopwatch() < until)
				await new Promise<void>((resolve) => clock.after(interval, resolve));
			signal("SIGKILL");
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

export function notStarted(
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
