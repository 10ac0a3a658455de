import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Runs something in no caller's async context. What a connection does is nobody's: in the context of a call that was
 * intercepted, msw 3 takes everything that goes over a socket for a part of that call.
 */
export const outside: <T>(run: () => T) => T = AsyncLocalStorage.snapshot();
