// Writes what is told from the code: docs/fidelity.md from the providers' fidelity records, and localhook.schema.json
// from the table of settings. Run after a build.
import { writeFile } from "node:fs/promises";
import { createJiti } from "jiti";
import { install, providerIds } from "../dist/catalog.js";
import { fidelityPage } from "./fidelity-page.js";

const { configSchema } = await createJiti(import.meta.url).import(
	"../src/config/schema.ts",
);
const providers = [];
for (const id of await providerIds())
	providers.push((await install(id)).provider);
await writeFile(
	new URL("../docs/fidelity.md", import.meta.url),
	fidelityPage(providers),
);
await writeFile(
	new URL("../localhook.schema.json", import.meta.url),
	JSON.stringify(configSchema(providers)),
);
