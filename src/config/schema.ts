import { below, type PlacedProblem } from "../problem.ts";
import { schemaProblems } from "../schema-problems.ts";
import {
	type Config,
	type Setting,
	type SettingName,
	settingEntries,
	settings,
} from "./settings.ts";

/** Everything that is wrong with the value of a setting, wherever it was given. */
export function settingProblems(
	name: SettingName,
	value: unknown,
): PlacedProblem[] {
	const { kind, secret }: Setting = settings[name];
	const misshapen = schemaProblems(value, kind.schema, { isSecret: secret });
	return below([name], misshapen.length > 0 ? misshapen : kind.check(value));
}

const names = ["$schema", ...Object.keys(settings)];
/** A table of settings, each of which has its own check. */
const table = {
	type: "object",
	properties: Object.fromEntries(names.map((name) => [name, {}])),
	additionalProperties: false,
} as const;

/** Everything that is wrong with what a file says; none: it is a `Config`. */
export function checkConfig(value: unknown): PlacedProblem[] {
	const problems = schemaProblems(value, table);
	// A file that is no table at all.
	if (problems.some(({ path }) => path.length === 0)) return problems;
	const config = value as Config;
	for (const [name] of settingEntries)
		if (Object.hasOwn(config, name) && config[name] !== undefined)
			problems.push(...settingProblems(name, config[name]));
	if (config.faults !== undefined && config.faultsFile !== undefined) {
		const message = `"faults" stands here too, and only one of the two is injected. Take one away.`;
		problems.push({ path: ["faultsFile"], name: true, message });
	}
	return problems;
}
