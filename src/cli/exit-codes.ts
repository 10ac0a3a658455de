import type { ErrorCode } from "../errors.ts";
import { commandLine } from "../generated/command-line.ts";

const { exitCodes: documented } = commandLine;
type Name = keyof typeof documented;

/** What a script can rely on. */
export const exitCodes = Object.fromEntries(
	Object.entries(documented).map(([name, { code }]) => [name, code]),
) as Readonly<Record<Name, number>>;

export const exitCodeLines: string = Object.values(documented)
	.map(({ code, meaning }) => `  ${String(code).padEnd(4)} ${meaning}\n`)
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

export function exitCodeOfSignal(signal: NodeJS.Signals): number {
	if (signal === "SIGHUP") return exitCodes.hungUp;
	return signal === "SIGINT" ? exitCodes.interrupted : exitCodes.terminated;
}

export function exitCodeOf(code: ErrorCode): number {
	return others[code] ?? exitCodes.usage;
}
