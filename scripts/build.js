// Compiles src/ into dist/ and writes the OpenAPI documents there as JSON.
import { execFileSync } from "node:child_process";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
await rm(new URL("dist/", root), { recursive: true, force: true });
const tsc = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], {
	cwd: fileURLToPath(root),
	stdio: "inherit",
});

const { readDocument } = await import(
	new URL("dist/openapi/document.js", root).href
);
await mkdir(new URL("dist/documents/", root), { recursive: true });
for (const file of await readdir(new URL("openapi/", root))) {
	const document = await readDocument(new URL(`openapi/${file}`, root));
	await writeFile(
		new URL(`dist/documents/${file.replace(/\.yaml$/, ".json")}`, root),
		JSON.stringify(document),
	);
}
