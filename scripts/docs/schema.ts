import { readFile } from "node:fs/promises";
import { installedOf } from "../../src/catalog.ts";
import { configSchema } from "../../src/config/schema.ts";
import { faultsSchema } from "../../src/engine/fault-spec.ts";

/** localhook.schema.json, before it is formatted. */
export async function renderSchema(): Promise<string> {
	const installed = installedOf();
	return JSON.stringify(
		configSchema(installed.map(({ provider }) => provider)),
	);
}

/** scenario.schema.json with the faults that there are. The rest of it is written by hand. */
export async function renderScenarioSchema(): Promise<string> {
	const file = new URL("../../scenario.schema.json", import.meta.url);
	const schema = JSON.parse(await readFile(file, "utf8"));
	schema.$defs.Faults = faultsSchema;
	return JSON.stringify(schema);
}
