/** How the attempts that a step brings about have to end. */
export type Outcome =
	/** The receiver got it and its signature was right. */
	| "verified"
	/** The receiver got it and would not have it. */
	| "refused"
	/** There was no receiver to get it. */
	| "unreachable";

export interface Expectation {
	readonly outcome?: Outcome;
	/** How many attempts there are; default 1. */
	readonly attempts?: number;
	/** How many secrets verify them, counted from the newest; default 1. */
	readonly secrets?: number;
	/** There is no further attempt. */
	readonly givesUp?: boolean;
}

/**
 * A request to the provider's API. `<name>` stands for what an earlier reply was kept as; `<receiver>` for the URL of
 * the built-in receiver.
 */
export interface CallStep {
	readonly kind: "call";
	readonly method: "GET" | "POST" | "PUT" | "PATCH";
	readonly path: string;
	readonly body?: object;
	readonly status: number;
	/** Name to path in the reply's body. */
	readonly keep?: Readonly<Record<string, string>>;
	/** Name to header of the reply. */
	readonly keepHeaders?: Readonly<Record<string, string>>;
	/** What signs from now on. */
	readonly secret?: string;
	/** Path in the reply's body to the value that it has to have. */
	readonly shows?: Readonly<Record<string, string | boolean>>;
	/** Of the deliveries that it makes, if it makes any. */
	readonly expect?: Expectation;
}

/** An event at the provider. */
export interface SendStep {
	readonly kind: "send";
	readonly event: string;
	/** A way to sign wrongly. */
	readonly sign?: string;
	/** `waits`: behind an earlier delivery. */
	readonly expect: Expectation | "waits";
}

/** The receiver goes down, or comes back. */
export interface OutageStep {
	readonly kind: "outage";
	readonly outage: "down" | "none";
}

/** The clock goes to the next due attempt, so many times. */
export interface RetryStep {
	readonly kind: "retry";
	readonly times: number;
	readonly expect: Expectation;
}

/** Time passes in which nothing is due. */
export interface AdvanceStep {
	readonly kind: "advance";
	readonly by: string;
}

/** The latest delivery once more, byte for byte. */
export interface ResendStep {
	readonly kind: "resend";
}

export type Step =
	| CallStep
	| SendStep
	| OutageStep
	| RetryStep
	| AdvanceStep
	| ResendStep;

export interface Chapter {
	readonly title: string;
	readonly steps: readonly Step[];
}

/** What one provider does in a demo, and how each step has to end. */
export interface Story {
	readonly provider: string;
	/** Accepted and no others; absent: every well-formed one. */
	readonly credentials?: readonly string[];
	readonly chapters: readonly Chapter[];
}
