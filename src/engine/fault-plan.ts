import type { Delivery } from "../contract/records.ts";
import type {
	Fault,
	FaultRule,
	Faults,
	FaultTally,
} from "../delivery/faults.ts";
import { parseDuration } from "../duration.ts";
import { LocalhookError } from "../errors.ts";
import { below, pathText } from "../problem.ts";
import { canMatchType, parseQuery } from "../query/parse.ts";
import {
	deliveriesOf,
	type FaultScope,
	faultProblems,
	mostDeliveries,
} from "./fault-rules.ts";
import type { FaultSpec } from "./fault-spec.ts";

/**
 * The faults that are planned, and how often each was injected.
 *
 * @param scope the providers and operations that faults may name
 */
export function createFaultPlan(faults: Faults, scope: () => FaultScope) {
	let planned: readonly FaultSpec[] = [];
	return {
		list(): readonly (FaultSpec & FaultTally)[] {
			const tallies = faults.tallies();
			return planned.map((spec, i) => ({
				...spec,
				...(tallies[i] as FaultTally),
			}));
		},
		/**
		 * A new plan in place of the one before; an empty one ends it.
		 * @throws LocalhookError `invalid-request` with everything that is wrong with it; the plan before stays
		 */
		set(specs: readonly FaultSpec[]): void {
			refuseProblems(specs, scope);
			faults.plan(specs.map(toRule));
			planned = specs;
		},
		/**
		 * For events that are to happen in one call.
		 * @throws LocalhookError `invalid-request` for more than there is room for, with what the plan makes of them
		 */
		refuseTooMany(events: number): void {
			const made = deliveriesOf(events, planned);
			if (made > mostDeliveries)
				throw new LocalhookError(
					"invalid-request",
					`Failed to make ${events} events happen: the planned faults may make ${made} deliveries of them, and ${mostDeliveries} is the most for one call. Send fewer at once, or plan smaller "copies".`,
				);
		},
	};
}

function refuseProblems(specs: unknown, scope: () => FaultScope): void {
	const problems = below(["faults"], faultProblems(specs, scope)).map(
		({ path, message }) => ({ path: pathText(path), message }),
	);
	if (problems.length === 0) return;
	const lines = problems.map(({ path, message }) => `${path}: ${message}`);
	throw new LocalhookError(
		"invalid-request",
		`Failed to plan the faults: ${lines.join("\n")}`,
		{ details: { problems } },
	);
}

/** @param spec one that `faultProblems` finds nothing wrong with */
function toRule(spec: FaultSpec): FaultRule {
	const { match, provider, operation, times, probability } = spec;
	const query = match === undefined ? undefined : parseQuery(match);
	return {
		provider,
		operation,
		times,
		probability,
		matches: query?.matches,
		canMatchType:
			query && ((delivery: Delivery) => canMatchType(query, delivery)),
		...effectOf(spec),
	};
}

function effectOf(spec: FaultSpec): Fault {
	const { fault, copies = 1, after = "0s", by = "0s", over = "0s" } = spec;
	switch (fault) {
		case "drop":
		case "reorder":
			return { on: "launch", does: { kind: fault } };
		case "delay":
			return { on: "launch", does: { kind: fault, by: parseDuration(by) } };
		case "duplicate":
			return {
				on: "launch",
				does: { kind: fault, copies, after: parseDuration(after) },
			};
		case "burst":
			return { on: "event", does: { kind: fault, copies } };
		case "cut-before-body":
		case "cut-in-body":
		case "timeout":
			return { on: "attempt", does: { kind: fault } };
		case "slow-upload":
			return {
				on: "attempt",
				does: { kind: fault, over: parseDuration(over) },
			};
		case "status": {
			const { status = 500, retryAfter } = spec;
			return { on: "api", does: { kind: fault, status, retryAfter } };
		}
		case "latency":
			return { on: "api", does: { kind: fault, by: parseDuration(by) } };
		case "reset":
			return { on: "api", does: { kind: fault } };
	}
}
