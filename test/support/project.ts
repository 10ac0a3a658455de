import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readFile, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import type { Finished } from "./command.ts";
import { makeFolder } from "./folder.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/**
 * A user's project: localhook, as built, and other packages are installed in it. Removed when the test ends.
 *
 * A link to the checkout would not do for localhook: runners transform what is not below `node_modules`.
 */
export async function projectWith(
	...made: Parameters<typeof makeProject>
): Promise<string> {
	const { folder, remove } = await makeProject(...made);
	onTestFinished(remove);
	return folder;
}

/** The same for several tests: whoever makes it removes it. */
export async function makeProject(
	files: Readonly<Record<string, string>>,
	packages: readonly string[],
): ReturnType<typeof makeFolder> {
	const { folder, remove } = await makeFolder({
		"package.json": JSON.stringify({ type: "module" }),
		...files,
	});
	const installed = join(folder, "node_modules");
	const manifest = await readFile(join(root, "package.json"), "utf8");
	for (const name of ["package.json", "dist", "fixtures", "openapi"])
		await cp(join(root, name), join(installed, "localhook", name), {
			recursive: true,
		});
	const { dependencies } = JSON.parse(manifest);
	for (const name of [...Object.keys(dependencies), ...packages]) {
		const place = join(installed, name);
		await mkdir(dirname(place), { recursive: true });
		await symlink(join(root, "node_modules", name), place);
	}
	return { folder, remove };
}

/** Runs a program of a package, or of Node itself, in a project. */
export async function runIn(
	folder: string,
	words: readonly string[],
): Promise<Finished> {
	const child = spawn(process.execPath, words, {
		cwd: folder,
		env: {
			PATH: process.env.PATH,
			HOME: process.env.HOME,
			NO_COLOR: "1",
		},
		stdio: ["ignore", "pipe", "pipe"],
	});
	let stdout = "";
	let stderr = "";
	child.stdout.on("data", (data) => {
		stdout += data;
	});
	child.stderr.on("data", (data) => {
		stderr += data;
	});
	const [code] = await once(child, "close");
	return { code, stdout, stderr };
}
