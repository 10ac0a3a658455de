// Compiles src/ into dist/ and writes the OpenAPI documents there as JSON.
// dist/ is replaced at the end, whole, so that what runs from it meanwhile is not disturbed.
import { execFileSync } from "node:child_process";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const root = new URL("../", import.meta.url);
const fresh = new URL(`.dist-${process.pid}/`, root);
const tsc = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
try {
	execFileSync(
		process.execPath,
		[tsc, "-p", "tsconfig.build.json", "--outDir", fileURLToPath(fresh)],
		{ cwd: fileURLToPath(root), stdio: "inherit" },
	);
	const { readDocument } = await import(
		new URL("openapi/document.js", fresh).href
	);
	await mkdir(new URL("documents/", fresh), { recursive: true });
	for (const file of await readdir(new URL("openapi/", root))) {
		const document = await readDocument(new URL(`openapi/${file}`, root));
		const name = file.replace(/\.yaml$/, ".json");
		await writeFile(
			new URL(`documents/${name}`, fresh),
			JSON.stringify(document),
		);
	}
	await rm(new URL("dist/", root), { recursive: true, force: true });
	await rename(fresh, new URL("dist/", root));
} finally {
	await rm(fresh, { recursive: true, force: true });
}
