import { install, providerIds } from "../../src/catalog.ts";
import { configSchema } from "../../src/config/schema.ts";

/** localhook.schema.json, before it is formatted. */
export async function renderSchema(): Promise<string> {
	const installed = await Promise.all((await providerIds()).map(install));
	return JSON.stringify(
		configSchema(installed.map(({ provider }) => provider)),
	);
}
