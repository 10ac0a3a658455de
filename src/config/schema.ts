import type { OptionSpec } from "../contract/fidelity.ts";
import { faultsSchema } from "../engine/fault-spec.ts";
import type { Provider } from "../provider.ts";
import type { JsonSchema } from "./kinds.ts";
import { type Setting, settingEntries } from "./settings.ts";

/**
 * The JSON Schema of a configuration: of any, or with the options of these providers.
 *
 * @example
 * configSchema().properties // { port: { type: "integer", ... }, ... }
 */
export function configSchema(
	providers: readonly Provider[] = [],
): JsonSchema & { readonly properties: Readonly<Record<string, JsonSchema>> } {
	const particular = providers.length === 0 ? {} : particulars(providers);
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
		faults: faultsSchema,
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
