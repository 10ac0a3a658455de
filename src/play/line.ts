import type { Outage } from "../delivery/dispatcher.ts";
import type { Rotation } from "../engine/vault.ts";

/** One thing that a scenario tells. Lengths of time are milliseconds. */
export type Line =
	| {
			readonly kind: "demo";
			readonly provider: string;
			readonly title: string;
			readonly seed: string;
			/** Where the scenario is played, while it lasts. */
			readonly url: string;
	  }
	| {
			readonly kind: "chapter";
			readonly number: number;
			readonly title: string;
	  }
	| {
			readonly kind: "call";
			readonly method: string;
			readonly path: string;
			readonly status: number;
			/** The first characters of the secret that signs from now on. */
			readonly secret?: string;
			readonly shows?: Readonly<Record<string, unknown>>;
	  }
	| AttemptLine
	| { readonly kind: "plan"; readonly after: readonly number[] }
	| {
			readonly kind: "given-up";
			readonly delivery: string;
			readonly reason: string;
	  }
	| {
			readonly kind: "waiting";
			readonly event: EventName;
			readonly delivery: string;
	  }
	| { readonly kind: "outage"; readonly outage: Outage }
	| { readonly kind: "clock"; readonly advanced: number }
	| {
			readonly kind: "resent";
			readonly parent: string;
			readonly bytes: number;
			readonly headers: number;
	  }
	| {
			readonly kind: "secret";
			readonly rotation: Rotation;
			/** The first characters of the new one. */
			readonly secret: string;
	  }
	| { readonly kind: "faults"; readonly faults: readonly string[] }
	| {
			readonly kind: "unexpected";
			/** Of the step, such as `pause.yaml:12`. */
			readonly place?: string;
			readonly expected: string;
			readonly found: string;
	  }
	| {
			readonly kind: "end";
			readonly ok: boolean;
			readonly calls: number;
			readonly attempts: number;
			/** On the provider's clock. */
			readonly played: number;
	  };

interface EventName {
	readonly id: string;
	readonly type: string;
}

export interface AttemptLine {
	readonly kind: "attempt";
	readonly event: EventName;
	readonly delivery: string;
	readonly number: number;
	/** Since the event. */
	readonly after: number;
	readonly ok: boolean;
	/** Absent: there was no answer. */
	readonly status?: number;
	/** What the receiver or the connection said against it. */
	readonly reason?: string;
	/** How it was signed wrongly, on purpose. */
	readonly sign?: string;
	/** The first characters of the secrets that verify it, newest first. */
	readonly verifiedBy: readonly string[];
}
