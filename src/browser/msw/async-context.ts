import type { RunInContext } from "../../delivery/exchange.ts";

/** A page has none: its receivers run where they are called. */
export function captureContext(): RunInContext {
	return (run) => run();
}
