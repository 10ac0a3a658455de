import { installedOf } from "../catalog.ts";
import { type FaultScope, scopeOf, strayOf } from "../engine/fault-plan.ts";
import { type FaultSpec, toRule } from "../engine/fault-rules.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { controlDocument } from "../generated/control-document.ts";
import type { JsonSchema } from "./kinds.ts";
import {
	type ConfigFile,
	type Flaw,
	flawsOf,
	invalidConfig,
	type Path,
	problemsIn,
} from "./problem.ts";
import { readData } from "./read-data.ts";
import { schemaFlaws } from "./schema-flaws.ts";

/**
 * Reads a plan of faults from a YAML or JSON file: a list, or a table with that list under `faults`.
 *
 * @param bytes what `file` only names, where they did not come from a file
 * @throws LocalhookError `invalid-config` with everything that is wrong with the file, and where
 * @example
 * await readFaults("faults.yaml") // [{ fault: "drop", match: "provider:prolific", times: 1 }]
 */
export async function readFaults(
	file: string,
	bytes?: Buffer,
): Promise<readonly FaultSpec[]> {
	const read = await readData(file, bytes).catch((error: Error) => {
		throw new LocalhookError(
			"invalid-config",
			`Failed to read the faults ${quoted(file)}: ${error.message}. Give the path of a YAML or JSON file.`,
			{ cause: error },
		);
	});
	const plan = Array.isArray(read.value) ? underName(read) : read;
	const problems = await problemsIn(file, plan, faultFlaws);
	if (problems.length > 0) throw invalidConfig(problems);
	return (plan.value as { faults: readonly FaultSpec[] }).faults;
}

/** A bare list as if it stood under its name. */
function underName({ value, problems, locate }: ConfigFile): ConfigFile {
	return {
		value: { faults: value },
		problems,
		locate: (path, name) => locate(path.slice(1), name),
	};
}

/** A fault in a file is what it is in a call of the control API. */
const planSchema: JsonSchema = {
	type: "object",
	properties: {
		faults: {
			type: "array",
			items: { $ref: "#/components/schemas/Fault" },
			maxItems: 100,
		},
	},
	required: ["faults"],
	additionalProperties: false,
	components: controlDocument.components,
};

/** Everything that is wrong with a table that has a list of faults under `faults`; none: they can be planned. */
async function faultFlaws(plan: unknown): Promise<Flaw[]> {
	const flaws = await schemaFlaws(plan, planSchema);
	// A table that is none, or that has no such list.
	if (flaws.some(({ path }) => path.length < 2)) return flaws;
	const misshapen = new Set(flaws.map(({ path }) => path[1]));
	const { faults } = plan as { faults: readonly FaultSpec[] };
	const scope = installed();
	return [
		...flaws,
		...faults
			.map((spec, index) => ({ spec, at: String(index) }))
			.filter(({ at }) => !misshapen.has(at))
			.flatMap(({ spec, at }) => [
				...flawsOf(["faults", at], () => toRule(spec)),
				...strays(spec, ["faults", at], scope),
			]),
	];
}

function strays(spec: FaultSpec, path: Path, scope: FaultScope): Flaw[] {
	const stray = strayOf(spec, scope);
	return stray === undefined
		? []
		: [{ path: [...path, stray.field], message: stray.reason }];
}

/** A file speaks of a whole project, so it may name what is not started this time. */
function installed(): FaultScope {
	return scopeOf(installedOf());
}
