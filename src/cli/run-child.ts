import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import spawn from "cross-spawn";
import { type Clock, createSystemClock } from "../delivery/clock.ts";
import { LocalhookError } from "../errors.ts";

const endings = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const;

/** Milliseconds within which one Ctrl-C may come twice: from the terminal, and passed on by npm. */
const samePress = 200;

/**
 * Runs a command with this process' input and output, as a process group of its own, and passes signals on to it.
 * Once the command has ended, nothing of its group is left.
 *
 * @param grace milliseconds between asking a process to end and making it end
 * @param stop once aborted, the command gets SIGTERM
 * @returns the command's exit code; 128 and the signal's number when a signal ended it
 */
export async function runChild(
	command: readonly string[],
	environment: NodeJS.ProcessEnv,
	grace: number,
	stop: AbortSignal,
): Promise<number> {
	const [name = "", ...words] = command;
	const clock = createSystemClock();
	let child: ChildProcess | undefined;
	const group = groupOf(() => child?.pid, clock);
	// Before the command is there, for it may be told to end as soon as it is.
	const letGo = passSignals(group, clock, grace, stop);
	try {
		// On Windows, npm and npx are batch files, which `node:child_process` alone does not find.
		child = spawn(name, words, {
			stdio: "inherit",
			env: environment,
			detached: hasGroups,
		});
		const [code, signal] = await once(child, "exit");
		await group.end(grace);
		return code ?? 128 + constants.signals[signal as NodeJS.Signals];
	} catch (error) {
		throw notStarted(name, error as NodeJS.ErrnoException);
	} finally {
		letGo();
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

/**
 * The first signal is the command's to answer: Ctrl-C for as long as it likes, the others, which come from
 * programs, within the grace period. A second one ends it at once.
 */
function passSignals(
	group: ProcessGroup,
	clock: Clock,
	grace: number,
	stop: AbortSignal,
): () => void {
	let first: { signal: NodeJS.Signals; at: number } | undefined;
	const kill = () => void group.signal("SIGKILL");
	const resize = () => void group.signal("SIGWINCH");
	const pass = (signal: NodeJS.Signals) => {
		const at = clock.stopwatch();
		if (first === undefined) {
			first = { signal, at };
			group.signal(signal);
			if (signal !== "SIGINT") clock.after(grace, kill);
		} else if (signal !== first.signal || at - first.at > samePress) kill();
	};
	for (const signal of endings) process.on(signal, pass);
	const end = () => pass("SIGTERM");
	stop.addEventListener("abort", end);
	process.on("SIGWINCH", resize);
	// Should localhook itself break down, nothing is left behind either.
	process.on("exit", kill);
	return () => {
		for (const signal of endings) process.off(signal, pass);
		stop.removeEventListener("abort", end);
		process.off("SIGWINCH", resize);
		process.off("exit", kill);
	};
}

/** Windows has no process groups: there it is the one process. */
const hasGroups = process.platform !== "win32";

/** A process and all that it started, but for what made a group of its own. */
type ProcessGroup = ReturnType<typeof groupOf>;

const interval = 20;

/** The group of a process that is or will be started `detached`. */
function groupOf(leader: () => number | undefined, clock: Clock) {
	/** Nothing happens when none of it is left. */
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
		/** Asks it to end, then makes it end; resolves once that is done. */
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
