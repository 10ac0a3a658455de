import { installedOf } from "../../src/catalog.ts";
import { configSchema } from "../../src/config/schema.ts";

/** localhook.schema.json, before it is formatted. */
export async function renderSchema(): Promise<string> {
	const installed = installedOf();
	return JSON.stringify(
		configSchema(installed.map(({ provider }) => provider)),
	);
}
