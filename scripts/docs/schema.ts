import { installedOf } from "../../src/catalog.ts";
import { type Setting, settingEntries } from "../../src/config/settings.ts";
import type { OptionSpec } from "../../src/contract/fidelity.ts";
import { scenarioSchema } from "../../src/generated/scenario-schema.ts";
import type { Provider } from "../../src/provider.ts";
import type { JsonSchema } from "../../src/schema-problems.ts";

/** localhook.schema.json, before it is formatted. */
export async function renderSchema(): Promise<string> {
	const installed = installedOf();
	return JSON.stringify(
		configSchema(installed.map(({ provider }) => provider)),
	);
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
						...setting.schema,
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
