import { printableLine } from "../printing.ts";
import type { Colours } from "./colours.ts";

/** A line of the log: time, provider, what, status, duration, id. */
export function columns(
	colours: Colours,
	time: string,
	provider: string,
	what: string,
	status: string,
	duration: string,
	id: string,
): string {
	return [
		colours.dim(time),
		provider.padEnd(10),
		what,
		status,
		colours.dim(duration),
		colours.dim(printableLine(id)),
	].join("  ");
}

export function colourOf(
	{ green, yellow, red }: Colours,
	status: number,
): string {
	return (status < 300 ? green : status < 500 ? yellow : red)(String(status));
}

export function took(milliseconds: number): string {
	return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
}
