import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
const sources = [
	"src",
	"openapi",
	"fixtures",
	"presets",
	"scripts",
	"package.json",
	"package-lock.json",
	"scenario.schema.json",
	"tsconfig.json",
	"tsconfig.build.json",
];
/** The first and the last that a build writes: it may have been interrupted. */
const built = ["dist/index.js", "dist/THIRD-PARTY-NOTICES.txt"];

/** What is published is tested and packed as built, so it is built first where that is out of date. */
export default function buildIfStale() {
	const changed = Math.max(...sources.map(changedAt));
	if (Math.min(...built.map(changedAt)) > changed) return;
	execFileSync(process.execPath, ["scripts/build.js"], {
		cwd: root,
		stdio: "inherit",
	});
}

/**
 * Milliseconds; a folder's is the latest of what is in it, removals included.
 *
 * @param {string} path
 * @returns {number}
 */
function changedAt(path) {
	const found = statSync(join(root, path), { throwIfNoEntry: false });
	if (found === undefined) return 0;
	if (!found.isDirectory()) return found.mtimeMs;
	const inside = readdirSync(join(root, path)).map((name) =>
		changedAt(join(path, name)),
	);
	return Math.max(found.mtimeMs, ...inside);
}

// `npx localhook` in a clone installs the folder, and so prepares it, each first time.
if (process.argv[1] === fileURLToPath(import.meta.url)) buildIfStale();
