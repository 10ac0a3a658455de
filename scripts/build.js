// Makes dist/ of src/: the types of the documents, the bundles for Node and for browsers, their declarations, the notices
// of what is bundled, and the OpenAPI documents as JSON.
// dist/ is replaced at the end, whole, so that what runs from it meanwhile is not disturbed.
import { execFileSync } from "node:child_process";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.js";
import { bundleBrowser } from "./bundle-browser.js";
import { notices } from "./notices.js";
import { writeTypes } from "./types.js";

const root = new URL("../", import.meta.url);
const fresh = new URL(`.dist-${process.pid}/`, root);
const tsc = fileURLToPath(new URL("node_modules/typescript/bin/tsc", root));
try {
	await writeTypes();
	execFileSync(
		process.execPath,
		[tsc, "-p", "tsconfig.build.json", "--outDir", fileURLToPath(fresh)],
		{ cwd: fileURLToPath(root), stdio: "inherit" },
	);
	const modules = await bundle(fileURLToPath(root), fileURLToPath(fresh));
	const { loadDocument } = await import(new URL("catalog.js", fresh).href);
	await mkdir(new URL("documents/", fresh), { recursive: true });
	for (const file of await readdir(new URL("openapi/", root))) {
		const id = file.replace(/\.yaml$/, "");
		await writeFile(
			new URL(`documents/${id}.json`, fresh),
			JSON.stringify(await loadDocument(id)),
		);
	}
	const entries = { msw: "src/msw/index.ts" };
	const files = await bundleBrowser(
		fileURLToPath(root),
		fileURLToPath(new URL("browser/", fresh)),
		entries,
		loadDocument,
	);
	await writeFile(
		new URL("THIRD-PARTY-NOTICES.txt", fresh),
		await notices([...modules, ...files]),
	);
	await rm(new URL("dist/", root), { recursive: true, force: true });
	await rename(fresh, new URL("dist/", root));
} finally {
	await rm(fresh, { recursive: true, force: true });
}
