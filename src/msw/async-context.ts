import { AsyncLocalStorage } from "node:async_hooks";
import type { RunInContext } from "../delivery/exchange.ts";

/** Where the present code runs: a receiver that is called within it sees the overrides of its `server.boundary()`. */
export function captureContext(): RunInContext {
	return AsyncLocalStorage.snapshot();
}
