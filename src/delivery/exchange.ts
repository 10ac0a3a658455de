import type { AttemptError, AttemptResponse } from "../contract/records.ts";
import { formatDuration } from "../duration.ts";
import type { AttemptFault } from "./faults.ts";
import type { Target } from "./targets.ts";

export interface Outgoing {
	readonly target: Target;
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
	/** Milliseconds for the whole exchange. */
	readonly timeout: number;
	/** What is done to it on purpose. */
	readonly fault?: AttemptFault | undefined;
	/** Where a receiver in this process is called; absent: wherever this is posted from. */
	readonly runInContext?: RunInContext | undefined;
}

/** Runs something in a context that was captured earlier, as Node's `AsyncLocalStorage.snapshot()` gives it. */
export type RunInContext = <T>(run: () => T) => T;

export type Exchange = (
	| { readonly response: AttemptResponse }
	| { readonly error: AttemptError }
) & {
	/** The request was sent once more, on a new connection. */
	readonly reconnected?: true;
};

/** The end of an exchange whose time is up. */
export function tooLate(timeout: number): { readonly error: AttemptError } {
	const message = `no complete answer within ${formatDuration(timeout)}`;
	return { error: { code: "timeout", message } };
}

export interface Transport {
	/**
	 * Makes one HTTP exchange. `done` is told of its end once, and never before this returns; a promise for every
	 * delivery would show.
	 */
	post(request: Outgoing, done: Done): void;
	close(): Promise<void>;
}

export type Done = (exchange: Exchange) => void;
