import type { Exchange } from "../delivery/exchange.ts";

/** What the receiver did in place of answering, in one line that says how it was called: that may be the mistake. */
export function misbehaviour(signature: string, what: string): Exchange {
	const message = `the receiver, called as ${signature}, ${what}`;
	return { error: { code: "connection", message } };
}

export function threw(error: unknown): string {
	return `threw ${error instanceof Error ? String(error) : shown(error)}`;
}

export function shown(value: unknown): string {
	if (value === undefined) return "nothing";
	if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
	if (typeof value === "object" && value !== null)
		return `an object of ${value.constructor?.name ?? "no class"}`;
	return String(value);
}
