import type { OptionSpec } from "../contract/fidelity.ts";
import { scenarioSchema } from "../generated/scenario-schema.ts";
import { below, type PlacedProblem } from "../problem.ts";
import type { Provider } from "../provider.ts";
import { type JsonSchema, schemaProblems } from "../schema-problems.ts";
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

/** The JSON Schema of a configuration, for editors. */
export function configSchema(
	providers: readonly Provider[],
): JsonSchema & { readonly properties: Readonly<Record<string, JsonSchema>> } {
	const particular = particulars(providers);
	return {
		$schema: "https://json-schema.org/draft/2020-12/schema",
		title: "localhook.config",
		description:
			"What `localhook start` does where no flag or variable says otherwise.",
		type: "object",
		properties: {
			$schema: { type: "string", description: "For editors." },
			...Object.fromEntries(
				settingEntries.map(([name, setting]) => [
					name,
					{
						...described(setting),
						...setting.kind.schema,
						...particular[name],
					},
				]),
			),
		},
		additionalProperties: false,
		$defs: { Fault: scenarioSchema.$defs?.Fault ?? {} },
	};
}

function described(setting: Setting): JsonSchema {
	const description = setting.summary.replace(" (repeatable)", "");
	return setting.default === undefined
		? { description }
		: { description, default: setting.default };
}

/** What an editor can offer once it knows the providers. */
function particulars(
	providers: readonly Provider[],
): Readonly<Record<string, JsonSchema>> {
	const byProvider = (schemaOf: (provider: Provider) => JsonSchema) => ({
		properties: Object.fromEntries(
			providers.map((provider) => [provider.id, schemaOf(provider)]),
		),
		additionalProperties: false,
	});
	return {
		receiver: {
			properties: Object.fromEntries(
				providers.map(({ id }) => [id, { type: "string", minLength: 1 }]),
			),
		},
		faults: scenarioSchema.$defs?.Faults ?? {},
		providers: { items: { enum: providers.map(({ id }) => id) } },
		credentials: byProvider(({ credential: { form, example } }) => ({
			description: `${form}, such as ${example}`,
			type: "array",
			items: { type: "string", minLength: 1 },
			minItems: 1,
		})),
		options: byProvider(({ options }) => ({
			type: "object",
			properties: Object.fromEntries(
				Object.entries<OptionSpec>(options).map(([name, spec]) => [
					name,
					{
						description: spec.summary,
						enum: spec.values,
						default: spec.default,
					},
				]),
			),
			additionalProperties: false,
		})),
	};
}
