import type { Repeating } from "../delivery/answer.ts";
import type { Clock } from "../delivery/clock.ts";
import type { Done, Exchange, Outgoing } from "../delivery/exchange.ts";

/**
 * Makes one exchange with code in this process. `done` is told of its end once.
 *
 * @returns breaks it off
 */
export type Exchanger = (
	request: Outgoing,
	by: { readonly clock: Clock; readonly repeating: Repeating },
	done: Done,
) => () => void;

/** What the receiver did in place of answering, in one line that says how it was called: that may be the mistake. */
export function misbehaviour(signature: string, what: string): Exchange {
	const message = `the receiver, called as ${signature}, ${what}`;
	return { error: { code: "connection", message } };
}

/** The error that the receiver threw, where it did, and the error itself as the cause. */
export function thrown(signature: string, cause: unknown): Exchange {
	const what = cause instanceof Error ? String(cause) : shown(cause);
	const place = placeOf(cause);
	const exchange = misbehaviour(
		signature,
		`threw ${what}${place === undefined ? "" : ` at ${place}`}`,
	);
	if ("error" in exchange)
		Object.defineProperty(exchange.error, "cause", { value: cause });
	return exchange;
}

/** The first line of an error's stack that is the user's own: not of Node, and of no package. */
function placeOf(error: unknown): string | undefined {
	if (!(error instanceof Error)) return undefined;
	return String(error.stack)
		.split("\n")
		.filter((line) => !/\(?node:|[\\/]node_modules[\\/]/.test(line))
		.map((line) =>
			/^ +at .*?((?:file:|[a-z]:)?[\\/].*:\d+:\d+)\)?$/i.exec(line),
		)
		.find((found) => found !== null)?.[1]
		?.replace(/^file:\/\//, "");
}

export function shown(value: unknown): string {
	if (value === undefined) return "nothing";
	if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
	if (typeof value === "object" && value !== null)
		return `an object of ${value.constructor?.name ?? "no class"}`;
	return String(value);
}
