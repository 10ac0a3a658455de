// Before and after `npm pack` and `npm publish`: `node scripts/pack.js before`. In between, package.json is what a user
// needs. Without its `prepare`, above all: that builds a checkout, and a tarball is built already.
import { existsSync } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import buildIfStale from "./build-if-stale.js";

const manifest = new URL("../package.json", import.meta.url);
const kept = new URL("../node_modules/.package.json", import.meta.url);

if (process.argv[2] === "before") {
	// It is there still if the last one was interrupted.
	await restore();
	buildIfStale();
	await rename(manifest, kept);
	const text = await readFile(kept, "utf8");
	const { scripts: _, devDependencies: __, ...rest } = JSON.parse(text);
	await writeFile(manifest, `${JSON.stringify(rest, null, "\t")}\n`);
} else await restore();

async function restore() {
	if (existsSync(kept)) await rename(kept, manifest);
}
