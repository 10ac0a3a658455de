import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const sources = [
	"src",
	"openapi",
	"fixtures",
	"scripts",
	"package.json",
	"package-lock.json",
	"tsconfig.json",
	"tsconfig.build.json",
];

/** The command, the README and the package are tested as built, so they are built first where that is out of date. */
export default function build(): void {
	if (builtAt() > Math.max(...sources.map((path) => changedAt(path)))) return;
	execFileSync(process.execPath, ["scripts/build.js"], {
		cwd: root,
		stdio: "inherit",
	});
}

/** The oldest of what a build writes: it may have been interrupted. */
function builtAt(): number {
	const files = ["dist/index.js", "dist/cli/main.js", "dist/browser/msw.js"];
	return Math.min(...files.map((path) => changedAt(path)));
}

/** Milliseconds; a folder's is the latest of what is in it, removals included. */
function changedAt(path: string): number {
	const found = statSync(join(root, path), { throwIfNoEntry: false });
	if (found === undefined) return 0;
	if (!found.isDirectory()) return found.mtimeMs;
	const inside = readdirSync(join(root, path)).map((name) =>
		changedAt(join(path, name)),
	);
	return Math.max(found.mtimeMs, ...inside);
}
