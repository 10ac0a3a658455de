/**
 * One line of a plan as a user writes it. Durations are strings such as `3s`.
 *
 * @example
 * { match: "provider:prolific", fault: "cut-in-body", probability: 0.2 }
 */
export interface FaultSpec {
	readonly fault: FaultName;
	/** A query over deliveries; absent: every one. Not for faults of the API. */
	readonly match?: string | undefined;
	readonly provider?: string | undefined;
	/** An operation id; for faults of the API. */
	readonly operation?: string | undefined;
	/** How many times it happens. */
	readonly times?: number | undefined;
	/** From 0 to 1; drawn from the seed. */
	readonly probability?: number | undefined;
	/** Of `duplicate` and `burst`; default 1. */
	readonly copies?: number | undefined;
	/** Of `duplicate`: how much later; absent: at once, in parallel. */
	readonly after?: string | undefined;
	/** Of `delay` and `latency`. */
	readonly by?: string | undefined;
	/** Of `slow-upload`. */
	readonly over?: string | undefined;
	/** Of `status`. */
	readonly status?: number | undefined;
	/** Of `status`, in seconds. */
	readonly retryAfter?: number | undefined;
}

/** What can go wrong on purpose. */
export type FaultName = keyof typeof faultNames;

/** Each fault with the fields that it takes, beside those that every fault takes. */
export const faultNames = {
	/** The same delivery again, `copies` times, at once or `after` a while. */
	duplicate: ["copies", "after", "match"],
	/** Overtaken by the next delivery to the same endpoint. */
	reorder: ["match"],
	/** Never sent. */
	drop: ["match"],
	/** Sent later, `by` so much. */
	delay: ["by", "match"],
	/** `copies` more events of the same type at once. */
	burst: ["copies", "match"],
	/** The body a bit at a time, `over` so long. */
	"slow-upload": ["over", "match"],
	/** The connection ends before the body. */
	"cut-before-body": ["match"],
	/** The connection ends in the middle of the body. */
	"cut-in-body": ["match"],
	/** The receiver does its work, but its answer never arrives. */
	timeout: ["match"],
	/** An API call is answered with an error of this `status`. */
	status: ["status", "retryAfter", "operation"],
	/** An API call is answered later, `by` so much. */
	latency: ["by", "operation"],
	/** The connection of an API call is cut. */
	reset: ["operation"],
} as const;

export const mostFaults = 100;

const text = { type: "string" };
export const duration = {
	...text,
	description: "Such as 500ms, 10m, 3d or 1h30m",
};
/** The fields of a fault beside its name. */
export const faultFields: Readonly<
	Record<Exclude<keyof FaultSpec, "fault">, FieldSchema>
> = {
	match: { ...text, description: "A query over deliveries" },
	provider: text,
	operation: {
		...text,
		description: "An operation id, for faults of the API",
	},
	times: whole(1, undefined, "How many times it happens"),
	probability: {
		type: "number",
		minimum: 0,
		maximum: 1,
		description: "The share of matches that get the fault; drawn from the seed",
	},
	copies: whole(1, 1000, "Of duplicate and burst"),
	after: duration,
	by: duration,
	over: duration,
	status: whole(400, 599, "HTTP status of the answer"),
	retryAfter: whole(0, undefined, "Seconds, in Retry-After"),
};

interface FieldSchema {
	readonly type: string;
	readonly minimum?: number;
	readonly maximum?: number;
	readonly description?: string;
}

function whole(
	minimum: number,
	maximum: number | undefined,
	description: string,
): FieldSchema {
	return {
		type: "integer",
		minimum,
		...(maximum && { maximum }),
		description,
	};
}

/** JSON Schema of a plan, for editors. `faultProblems` checks the same, and more. */
export const faultsSchema = {
	type: "array",
	maxItems: mostFaults,
	items: {
		type: "object",
		required: ["fault"],
		additionalProperties: false,
		properties: { fault: { enum: Object.keys(faultNames) }, ...faultFields },
	},
};
