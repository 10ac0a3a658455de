import { AsyncLocalStorage } from "node:async_hooks";
import { turn } from "../delivery/clock.ts";
import type { RunInContext } from "../delivery/exchange.ts";

/** Where the present code runs: a receiver that is called within it sees the overrides of its `server.boundary()`. */
export function captureContext(): RunInContext {
	return AsyncLocalStorage.snapshot();
}

/**
 * Resolves once the client has the response that a handler returns after calling this.
 *
 * msw tells nobody of that moment. But all that lies between the handler and the client is promises and ticks, none of
 * which outlasts a turn of the event loop. The second turn is for libraries that put one of their own in between.
 */
export async function handedOver(_url: string): Promise<void> {
	await turn();
	await turn();
}
