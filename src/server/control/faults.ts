import type { Engine } from "../../engine/engine.ts";
import type { FaultSpec } from "../../engine/fault-rules.ts";
import { type ControlOperations, ok } from "./call.ts";

/** What goes wrong on purpose. */
export function faultOperations({ faults }: Engine): ControlOperations {
	return {
		"list-faults": () => ok({ faults: faults.list() }),
		"plan-faults": ({ body }) => {
			faults.set((body as { faults: FaultSpec[] }).faults);
			return ok({ faults: faults.list() });
		},
	};
}
