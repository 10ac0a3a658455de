import type { FaultSpec } from "../engine/fault-spec.ts";
import type { ResendMode } from "../engine/resend.ts";
import type { Rotation } from "../engine/vault.ts";

/** How an attempt ends. */
export type Outcome =
	/** The receiver accepted it, and the secrets that sign now verify it. */
	| "verified"
	/** The receiver got it and refused it. */
	| "refused"
	/** Nothing answered. */
	| "unreachable";

/** What a step has to bring about. */
export interface Expectation {
	/** Of every attempt. Default: `verified`. */
	readonly outcome?: Outcome;
	/** How many attempts there are. Default: 1. */
	readonly attempts?: number;
	/** How many secrets verify each attempt, counted from the newest. Default: 1. */
	readonly secrets?: number;
	/** There is no further attempt. */
	readonly givesUp?: boolean;
}

/** A request to the provider's API. `<name>` stands for a value that an earlier step kept, `<receiver>` for the receiver's URL. */
export interface CallStep {
	/** Such as `POST /v1/webhooks`. */
	readonly call: string;
	readonly body?: object;
	/** Default: any success. */
	readonly status?: number;
	/** Path in the reply's body to the value it must have. */
	readonly shows?: Readonly<Record<string, unknown>>;
	/** Name to path in the reply's body. */
	readonly keep?: Readonly<Record<string, string>>;
	/** Name to header of the reply. */
	readonly keepHeaders?: Readonly<Record<string, string>>;
	/** The secret that signs from now on. */
	readonly signsWith?: string;
	/** Of the deliveries that the call makes. Default: none. */
	readonly expect?: Outcome | Expectation;
}

/** An event at the provider. */
export interface SendStep {
	readonly send: string;
	/** Path to value. */
	readonly set?: Readonly<Record<string, unknown>>;
	readonly merge?: Readonly<Record<string, unknown>>;
	readonly payload?: Readonly<Record<string, unknown>>;
	/** A way to sign wrongly. */
	readonly sign?: string;
	readonly endpoint?: string;
	readonly workspace?: string;
	/** `waits`: the delivery waits behind an earlier one. */
	readonly expect?: Outcome | "waits" | Expectation;
}

/** Every endpoint goes out of order, or comes back. */
export interface OutageStep {
	readonly outage: "down" | "paused" | "none";
	readonly expect?: Outcome | Expectation;
}

/** The clock goes to the next due attempt, that many times. */
export interface RetryStep {
	readonly retry: number;
	/** Of each. */
	readonly expect?: Outcome | Expectation;
}

/** Time passes. */
export interface AdvanceStep {
	/** Such as `23h59m`. */
	readonly advance: string;
	/** Default: nothing is due. */
	readonly expect?: Outcome | Expectation;
}

/** The latest delivery is sent again. */
export interface ResendStep {
	readonly resend: ResendMode;
	readonly expect?: Outcome | Expectation;
}

/** The provider rolls or replaces every secret. */
export interface SecretStep {
	readonly secret: Rotation;
}

/** What goes wrong from now on. An empty list ends it. */
export interface FaultsStep {
	readonly faults: readonly FaultSpec[];
}

export type Step =
	| CallStep
	| SendStep
	| OutageStep
	| RetryStep
	| AdvanceStep
	| ResendStep
	| SecretStep
	| FaultsStep;

export interface Chapter {
	readonly title: string;
	readonly steps: readonly Step[];
}

/** What happens at one provider, and how each step has to end. */
export interface Scenario {
	/** Default: the provider's. */
	readonly title?: string;
	readonly provider: string;
	readonly seed?: string;
	/** The time at which it begins. Default: now. */
	readonly clock?: string;
	/** Gets the deliveries. Default: the built-in receiver. */
	readonly receiver?: string;
	/** Register the receiver for everything before the first step. Default: false. */
	readonly register?: boolean;
	/** Accepted and no others. Default: every well-formed one. */
	readonly credentials?: readonly string[];
	readonly options?: Readonly<Record<string, string>>;
	readonly faults?: readonly FaultSpec[];
	readonly chapters: readonly Chapter[];
}
