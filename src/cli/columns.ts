import pc from "picocolors";
import { printableLine } from "./printable.ts";

/** A line of the log: time, provider, what, status, duration, id. */
export function columns(
	time: string,
	provider: string,
	what: string,
	status: string,
	duration: string,
	id: string,
): string {
	return [
		pc.dim(time),
		provider.padEnd(10),
		what,
		status,
		pc.dim(duration),
		pc.dim(printableLine(id)),
	].join("  ");
}

export function colourOf(status: number): string {
	return (status < 300 ? pc.green : status < 500 ? pc.yellow : pc.red)(
		String(status),
	);
}

export function took(milliseconds: number): string {
	return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}
