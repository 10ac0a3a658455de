import type { FaultSpec } from "../engine/fault-rules.ts";
import { LocalhookError } from "../errors.ts";
import type { ConfigFile } from "./config-file.ts";
import { faultFlaws } from "./fault-flaws.ts";
import { invalidConfig } from "./problem.ts";
import { problemsIn } from "./problems-in.ts";
import { readData } from "./read-data.ts";

/**
 * Reads a plan of faults from a YAML or JSON file: a list, or a table with that list under `faults`.
 *
 * @throws LocalhookError `invalid-config` with everything that is wrong with the file, and where
 * @example
 * await readFaults("faults.yaml") // [{ fault: "drop", match: "provider:prolific", times: 1 }]
 */
export async function readFaults(file: string): Promise<readonly FaultSpec[]> {
	const read = await readData(file).catch((error: Error) => {
		throw new LocalhookError(
			"invalid-config",
			`Failed to read the faults "${file}": ${error.message}. Give the path of a YAML or JSON file.`,
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
