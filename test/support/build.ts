import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The command, the README and the package are tested as built, so they are built first. */
export default function build(): void {
	const root = fileURLToPath(new URL("../../", import.meta.url));
	execFileSync(process.execPath, ["scripts/build.js"], {
		cwd: root,
		stdio: "inherit",
	});
}
