import type { AttemptResponse } from "./records.ts";

/** When a provider attempts a failed delivery again. */
export interface RetryPolicy {
	/** Milliseconds before each retry, or the most there can be under `jitter`. Empty: never retried. */
	readonly delays: readonly number[];
	/** After the last listed delay, go on with this one. Absent: give up. */
	readonly thenEvery?: number | undefined;
	/** `full`: the wait is drawn evenly from zero to the listed delay. */
	readonly jitter: "none" | "full";
	/** No attempt is made later than this many milliseconds after the first one. */
	readonly maxElapsed?: number | undefined;
}

/** A code such as 410, or all of a class. 429 asks for patience, and is in no class. */
export type StatusPattern = number | "2xx" | "3xx" | "4xx" | "5xx";

/** How long the provider waits for a receiver, and when it tries again. */
export interface DeliveryPolicy {
	/** Milliseconds a receiver has to answer, the connection included. */
	readonly timeout: number;
	/**
	 * Milliseconds for the connection alone, with TLS where there is any. Default: as long as `timeout`. A receiver in this
	 * process needs no connection, and a page does not see its own.
	 */
	readonly connectTimeout?: number;
	readonly retry: RetryPolicy;
	/** The answers that end a delivery well. Default: 2xx. */
	readonly success?: readonly StatusPattern[];
	/** The answers after which nothing is tried again. Default: none. */
	readonly stop?: readonly StatusPattern[];
	/** An answer's `Retry-After` can put the next attempt off. Default: it is ignored. */
	readonly retryAfter?: boolean;
	/** When failures turn an endpoint off. Default: never. */
	readonly disableAfter?: DisablePolicy | undefined;
	/** Deliveries of one endpoint wait for the one before them to settle. */
	readonly ordered: boolean;
}

/** Which failures turn an endpoint off: those of any limit that is given. What waits for it then is cancelled. */
export interface DisablePolicy {
	/** Failed deliveries in a row. */
	readonly deliveries?: number;
	/** Milliseconds of nothing but failed attempts. */
	readonly failingFor?: number | undefined;
	/** Milliseconds until it is on again. Default: it stays off until somebody turns it on. */
	readonly for?: number | undefined;
}

/** Consecutive failures, counted over whatever the provider counts them over. */
export interface Health {
	readonly failures: number;
	/** The time of the first failure since the last success. */
	readonly failingSince?: number;
	/** Deliveries among them that have failed, where the policy has `disableAfter`. */
	readonly failedDeliveries?: number;
}

/** The answer to one type of event by which a receiver shows that it wants the others. */
export interface Handshake<Type extends string = string> {
	readonly event: Type;
	/**
	 * What is wrong with an answer; undefined: nothing.
	 *
	 * @param sent the headers of the delivery
	 */
	problem(
		answer: AttemptResponse,
		sent: Readonly<Record<string, string>>,
	): string | undefined;
}
