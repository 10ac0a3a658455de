import type { Within } from "../../delivery/exchange.ts";

/** A page has none: its receivers run where they are called. */
export function captureContext(): Within {
	return (run) => run();
}
