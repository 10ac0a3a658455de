import { installedOf } from "../../src/catalog.ts";
import { configSchema } from "../../src/config/schema.ts";
import { faultsSchema } from "../../src/engine/fault-spec.ts";
import { outcomes, scenarioSchema, verbs } from "../../src/play/schema.ts";

/** localhook.schema.json, before it is formatted. */
export async function renderSchema(): Promise<string> {
	const installed = installedOf();
	return JSON.stringify(
		configSchema(installed.map(({ provider }) => provider)),
	);
}

/** scenario.schema.json, likewise. A file may have its steps at the top. */
export async function renderScenarioSchema(): Promise<string> {
	const { properties, ...rest } = structuredClone(scenarioSchema);
	const { steps } = properties.chapters.items.properties;
	// What the reader of a file checks by hand, for the sake of its messages.
	Object.assign(steps.items, {
		oneOf: verbs.map((verb) => ({ required: [verb] })),
	});
	Object.assign(properties.faults, faultsSchema);
	Object.assign(steps.items.properties.faults, faultsSchema);
	Object.assign(steps.items.properties.expect, {
		anyOf: [{ enum: [...outcomes, "waits"] }, { type: "object" }],
	});
	return JSON.stringify({
		$schema: "https://json-schema.org/draft/2020-12/schema",
		title: "A scenario of localhook",
		...rest,
		required: ["provider"],
		oneOf: [{ required: ["chapters"] }, { required: ["steps"] }],
		properties: {
			...properties,
			steps,
		},
	});
}
