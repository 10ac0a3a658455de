import type { Faults, FaultTally } from "../delivery/faults.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { type FaultSpec, toRule } from "./fault-rules.ts";
import { type FaultScope, strayOf } from "./fault-scope.ts";

/** What goes wrong on purpose, line by line. */
export interface FaultPlan {
	list(): readonly (FaultSpec & FaultTally)[];
	/**
	 * A new plan in place of the one before; an empty one ends it.
	 * @throws LocalhookError `invalid-request`, `invalid-query`, `invalid-duration`; the plan before stays
	 */
	set(specs: readonly FaultSpec[]): void;
}

/** @param scope What there is to go wrong; asked once, for the first plan that is not empty. */
export function createFaultPlan(
	faults: Faults,
	scope: () => FaultScope,
): FaultPlan {
	let planned: readonly FaultSpec[] = [];
	let known: FaultScope | undefined;
	return {
		list: () => {
			const tallies = faults.tallies();
			return planned.map((spec, i) => ({
				...spec,
				...(tallies[i] as FaultTally),
			}));
		},
		set(specs) {
			const rules = specs.map(toRule);
			for (const spec of specs) {
				known ??= scope();
				refuseStray(spec, known);
			}
			faults.plan(rules);
			planned = specs;
		},
	};
}

function refuseStray(spec: FaultSpec, scope: FaultScope): void {
	const stray = strayOf(spec, scope);
	if (stray === undefined) return;
	throw new LocalhookError(
		"invalid-request",
		`Failed to plan the fault ${quoted(spec.fault)}: ${stray.reason}`,
	);
}
