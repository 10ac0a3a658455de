import { builtInIds, installedOf } from "../catalog.ts";
import {
	type FaultSpec,
	faultProblems,
	scopeOf,
} from "../engine/fault-plan.ts";
import { unknownProvider } from "../engine/options.ts";
import { below, type PlacedProblem } from "../problem.ts";
import { schemaProblems } from "../schema-problems.ts";

/** @throws LocalhookError `unknown-provider` */
export function checkProvider(id: string): void {
	if (!builtInIds.includes(id)) throw unknownProvider(id, builtInIds);
}

/** Problems of a plan. It is for a whole project, so it may name providers that are not started. */
export function faultsProblems(plan: unknown): PlacedProblem[] {
	return faultProblems(plan, () => scopeOf(installedOf()));
}

/**
 * Reads a plan of faults from a YAML or JSON file: a list, or a table with that list under `faults`.
 *
 * @param bytes what `file` only names, where they did not come from a file
 * @throws LocalhookError `invalid-config` with everything that is wrong with the file, and where
 */
export async function readFaults(
	file: string,
	bytes?: Buffer,
): Promise<readonly FaultSpec[]> {
	// Only now, since few starts read YAML.
	const { readSound } = await import("./read-data.ts");
	const { value } = readSound("faults", file, {
		bytes,
		// A bare list as if it stood under its name.
		arranged: (read) =>
			Array.isArray(read.value)
				? {
						...read,
						value: { faults: read.value },
						locate: (path, name) => read.locate(path.slice(1), name),
					}
				: read,
		check(value) {
			const problems = schemaProblems(value, planSchema);
			return problems.length > 0
				? problems
				: below(["faults"], faultsProblems((value as Plan).faults));
		},
	});
	return (value as Plan).faults;
}

interface Plan {
	readonly faults: readonly FaultSpec[];
}

const planSchema = {
	type: "object",
	properties: { faults: {} },
	required: ["faults"],
	additionalProperties: false,
} as const;
