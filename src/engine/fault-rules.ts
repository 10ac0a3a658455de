import type { Delivery } from "../contract/records.ts";
import type { FaultRule } from "../delivery/faults.ts";
import { parseDuration } from "../duration.ts";
import { LocalhookError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { canMatchType, parseQuery } from "../query/parse.ts";
import { checkShape, kinds, type Shape } from "./shape.ts";

/**
 * One line of a plan as a user writes it. Lengths of time are texts such as `3s`.
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
	/** Done this often, then no more. */
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

/** What each fault does, for help and errors. */
export const faultNames = {
	duplicate:
		"the same delivery again, `copies` times, at once or `after` a while",
	reorder: "overtaken by the next delivery to the same endpoint",
	drop: "never sent",
	delay: "sent later, `by` so much",
	burst: "`copies` more events of the same kind at once",
	"slow-upload": "the body a bit at a time, `over` so long",
	"cut-before-body": "the connection ends before the body",
	"cut-in-body": "the connection ends in the middle of the body",
	timeout: "the receiver does its work, but its answer never arrives",
	status: "an API call is answered with an error of this `status`",
	latency: "an API call is answered later, `by` so much",
	reset: "the connection of an API call is cut",
} as const;

/** What can go wrong on purpose. */
export type FaultName = keyof typeof faultNames;

/** @throws LocalhookError `invalid-request`, `invalid-query`, `invalid-duration` */
export function toRule(spec: FaultSpec): FaultRule {
	const { match, provider, operation, times, probability } = spec;
	checkShape(spec, shape, "a fault");
	checkNumbers(spec);
	const query = match === undefined ? undefined : parseQuery(match);
	const rule = {
		provider,
		operation,
		times,
		probability,
		matches: query?.matches,
		canMatchType:
			query && ((delivery: Delivery) => canMatchType(query, delivery)),
	};
	const whole = { ...rule, ...does(spec) };
	const stray = whole.on === "api" ? "match" : "operation";
	if (spec[stray] !== undefined)
		throw refusal(
			spec.fault,
			whole.on === "api"
				? `it is done to calls, and "match" is about deliveries. Choose calls by "provider" and "operation"`
				: `it is done to deliveries, and "operation" is about calls. Choose deliveries by "match"`,
		);
	return whole;
}

const { anything, text } = kinds;
/** The numbers and the fault itself are checked with what they mean. */
const shape: Shape<FaultSpec> = {
	fault: anything,
	match: text,
	provider: text,
	operation: text,
	times: anything,
	probability: anything,
	copies: anything,
	after: text,
	by: text,
	over: text,
	status: anything,
	retryAfter: anything,
};

const wholes = {
	times: [1, Number.MAX_SAFE_INTEGER],
	copies: [1, 1000],
	status: [400, 599],
	retryAfter: [0, Number.MAX_SAFE_INTEGER],
} as const;

/** A plan may come from a file that nothing else has looked at. */
function checkNumbers(spec: FaultSpec): void {
	for (const [name, [least, most]] of Object.entries(wholes)) {
		const value = spec[name as keyof typeof wholes];
		if (value === undefined) continue;
		if (!Number.isInteger(value) || value < least || value > most)
			throw refusal(
				String(spec.fault),
				`"${name}" is ${JSON.stringify(value)}. Give a whole number ${most > 1000 ? `from ${least} up` : `from ${least} to ${most}`}`,
			);
	}
	const { probability } = spec;
	if (probability !== undefined && !(probability >= 0 && probability <= 1))
		throw refusal(
			String(spec.fault),
			`"probability" is ${JSON.stringify(probability)}. Give a number from 0 to 1`,
		);
}

function does(spec: FaultSpec): Pick<FaultRule, "on" | "does"> & FaultRule {
	const { fault, copies = 1, status, retryAfter } = spec;
	switch (fault) {
		case "drop":
		case "reorder":
			return { on: "launch", does: { kind: fault } };
		case "delay":
			return { on: "launch", does: { kind: fault, by: length(spec, "by") } };
		case "duplicate": {
			const after = spec.after === undefined ? 0 : length(spec, "after");
			return { on: "launch", does: { kind: fault, copies, after } };
		}
		case "burst":
			return { on: "event", does: { kind: fault, copies } };
		case "cut-before-body":
		case "cut-in-body":
		case "timeout":
			return { on: "attempt", does: { kind: fault } };
		case "slow-upload":
			return {
				on: "attempt",
				does: { kind: fault, over: length(spec, "over") },
			};
		case "status":
			if (status === undefined) throw refusal(fault, 'it needs a "status"');
			return { on: "api", does: { kind: fault, status, retryAfter } };
		case "latency":
			return { on: "api", does: { kind: fault, by: length(spec, "by") } };
		case "reset":
			return { on: "api", does: { kind: fault } };
		default:
			throw refusal(
				String(fault),
				`there is no such fault.${didYouMean(String(fault), Object.keys(faultNames))} Choose one of ${Object.keys(faultNames).join(", ")}`,
			);
	}
}

function length(spec: FaultSpec, name: "by" | "over" | "after"): number {
	const text = spec[name];
	if (text === undefined)
		throw refusal(
			spec.fault,
			`it needs "${name}", a length of time such as 3s`,
		);
	return parseDuration(text);
}

function refusal(fault: string, reason: string): LocalhookError {
	return new LocalhookError(
		"invalid-request",
		`Failed to plan the fault ${JSON.stringify(fault.slice(0, 100))}: ${reason}.`,
	);
}
