import type { Attempt, Delivery, EventRecord } from "../contract/records.ts";

/** One request to a provider's API. */
export interface CallRecord {
	readonly id: string;
	readonly provider: string;
	/** Absent: the request reached none. */
	readonly operation?: string | undefined;
	readonly method: string;
	readonly path: string;
	readonly status: number;
	readonly at: number;
	/** Milliseconds. */
	readonly duration: number;
	/** What was done to it on purpose. */
	readonly fault?: string | undefined;
}

/** What the journal keeps, and tells those who watch it. `seq` counts everything that ever happened, from 1. */
export type JournalEntry =
	| { readonly seq: number; readonly kind: "call"; readonly call: CallRecord }
	| {
			readonly seq: number;
			readonly kind: "event";
			readonly event: EventRecord;
			/** Endpoints that get it. */
			readonly matched: number;
	  }
	| {
			readonly seq: number;
			readonly kind: "delivery";
			readonly delivery: Delivery;
	  }
	| {
			readonly seq: number;
			readonly kind: "attempt";
			readonly delivery: Delivery;
			readonly attempt: Attempt;
			/** When the next one is due, after one that failed. */
			readonly nextAt?: number | undefined;
	  }
	| {
			readonly seq: number;
			readonly kind: "fault";
			readonly delivery: Delivery;
			/** The delivery itself goes on to change. */
			readonly at: number;
			readonly fault: string;
			/** The number of the attempt that it was done to; absent: the delivery as a whole. */
			readonly attempt?: number | undefined;
	  }
	| {
			readonly seq: number;
			readonly kind: "settled";
			readonly delivery: Delivery;
			readonly at: number;
	  };
