import type { ErrorCode } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";

/** What a script can rely on. */
export const exitCodes = {
	done: 0,
	failed: 1,
	usage: 2,
	portInUse: 3,
	unreachable: 4,
	timedOut: 5,
	fault: 70,
	/** From here on as shells have them. */
	notExecutable: 126,
	notFound: 127,
	hungUp: 129,
	interrupted: 130,
	terminated: 143,
} as const;

/** What each one means, as the help and the documentation say it. */
export const exitCodeMeanings: Readonly<
	Record<keyof typeof exitCodes, string>
> = commandLine.exitCodes;

/** The table for a help text. */
export const exitCodeLines: string = Object.entries(exitCodes)
	.map(([name, code]) => {
		const meaning = exitCodeMeanings[name as keyof typeof exitCodes];
		return `  ${String(code).padEnd(4)} ${meaning}\n`;
	})
	.join("");

const others: Readonly<Partial<Record<ErrorCode, number>>> = {
	"command-not-executable": exitCodes.notExecutable,
	"command-not-found": exitCodes.notFound,
	"port-in-use": exitCodes.portInUse,
	"server-unreachable": exitCodes.unreachable,
	"wait-timed-out": exitCodes.timedOut,
	unexpected: exitCodes.fault,
	"invalid-document": exitCodes.fault,
	"invalid-provider": exitCodes.fault,
};

/** The code of a process that a signal has ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
	if (signal === "SIGHUP") return exitCodes.hungUp;
	return signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
}

export function exitCodeOf(code: ErrorCode): number {
	return others[code] ?? exitCodes.usage;
}
