import type { Faults, FaultTally } from "../delivery/faults.ts";
import { type FaultSpec, toRule } from "./fault-rules.ts";

/** What goes wrong on purpose, line by line. */
export interface FaultPlan {
	list(): readonly (FaultSpec & FaultTally)[];
	/**
	 * A new plan in place of the one before; an empty one ends it.
	 * @throws LocalhookError `invalid-request`, `invalid-query`, `invalid-duration`; the plan before stays
	 */
	set(specs: readonly FaultSpec[]): void;
}

export function createFaultPlan(faults: Faults): FaultPlan {
	let planned: readonly FaultSpec[] = [];
	return {
		list: () => {
			const tallies = faults.tallies();
			return planned.map((spec, i) => ({
				...spec,
				...(tallies[i] as FaultTally),
			}));
		},
		set(specs) {
			faults.plan(specs.map(toRule));
			planned = specs;
		},
	};
}
