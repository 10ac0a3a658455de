// Writes docs/fidelity.md from the providers' fidelity records. Run after a build.
import { writeFile } from "node:fs/promises";
import { install, providerIds } from "../dist/catalog.js";
import { fidelityPage } from "./fidelity-page.js";

const providers = [];
for (const id of await providerIds())
	providers.push((await install(id)).provider);
await writeFile(
	new URL("../docs/fidelity.md", import.meta.url),
	fidelityPage(providers),
);
