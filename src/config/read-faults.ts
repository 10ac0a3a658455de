import type { FaultSpec } from "../engine/fault-spec.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { type ConfigFile, invalidConfig, problemsIn } from "./problem.ts";
import { faultsProblems } from "./provider-problems.ts";
import { readData } from "./read-data.ts";
import { schemaProblems } from "./schema-problems.ts";

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
	const problems = await problemsIn(file, plan, async (value) => {
		const wrong = await schemaProblems(value, wrapper);
		return wrong.length > 0
			? wrong
			: faultsProblems((value as { faults: unknown }).faults);
	});
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

const wrapper = {
	type: "object",
	properties: { faults: {} },
	required: ["faults"],
	additionalProperties: false,
};
