// Makes dist/ of src/: what is generated from the documents, the declarations, the bundles for Node and for browsers, and
// the notices of what is bundled.
// dist/ is replaced at the end, whole, so that what runs from it meanwhile is not disturbed.
import { rename, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.js";
import { bundleBrowser } from "./bundle-browser.js";
import { writeDeclarations } from "./declarations.js";
import { writeGenerated } from "./generated.js";
import { notices } from "./notices.js";

/** What is published, by the name of its file. */
const entries = [
	"index",
	"msw/index",
	"testing/matchers",
	"testing/node-test",
	"testing/playwright",
	"testing/vitest",
];
const root = new URL("../", import.meta.url);
const fresh = new URL(`.dist-${process.pid}/`, root);
try {
	const [from, to] = [fileURLToPath(root), fileURLToPath(fresh)];
	await writeGenerated();
	await writeDeclarations(from, to, entries);
	const modules = await bundle(from, to, [...entries, "internal"]);
	const files = await bundleBrowser(
		from,
		fileURLToPath(new URL("browser/", fresh)),
		{ msw: "src/msw/index.ts" },
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
