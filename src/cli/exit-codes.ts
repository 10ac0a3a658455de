import type { ErrorCode } from "../errors.ts";

/** What a script can rely on. */
export const exitCodes = {
	done: 0,
	usage: 2,
	portInUse: 3,
	fault: 70,
	interrupted: 130,
	terminated: 143,
} as const;

const faults: readonly ErrorCode[] = [
	"unexpected",
	"invalid-document",
	"invalid-provider",
];

export function exitCodeOf(code: ErrorCode): number {
	if (code === "port-in-use") return exitCodes.portInUse;
	return faults.includes(code) ? exitCodes.fault : exitCodes.usage;
}
