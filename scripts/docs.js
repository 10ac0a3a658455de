// Writes what is told from the code: the generated parts of docs/, and the JSON Schema of settings.
import { writeFile } from "node:fs/promises";
import { createJiti } from "jiti";

const jiti = createJiti(import.meta.url);
const { renderPages } = await jiti.import("./docs/pages.ts");
const { renderSchema } = await jiti.import("./docs/schema.ts");

const root = new URL("../", import.meta.url);
for (const [path, text] of await renderPages())
	await writeFile(new URL(path, root), text);
await writeFile(new URL("localhook.schema.json", root), await renderSchema());
