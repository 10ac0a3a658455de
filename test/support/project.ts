import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Finished } from "./command.ts";
import { folderWith, makeFolder } from "./folder.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A program that the checkout has, too. */
export const program = (path: string) => join(root, "node_modules", path);

export interface Project {
	readonly files: Readonly<Record<string, string>>;
	readonly packages: readonly string[];
}

/**
 * A user's project: localhook, as built, is installed in it, and so are these packages and no others. Removed when the
 * test ends.
 */
export async function projectWith(
	files: Project["files"],
	packages: Project["packages"],
): Promise<string> {
	const folder = await folderWith();
	await install(folder, { files, packages });
	return folder;
}

/** Projects side by side in one folder, by name: whoever makes it removes it. */
export async function makeProjects(
	projects: Readonly<Record<string, Project>>,
	examples: readonly string[],
): ReturnType<typeof makeFolder> {
	const { folder, remove } = await makeFolder({});
	for (const [name, project] of Object.entries(projects))
		await install(join(folder, name), project);
	for (const name of examples) await installExample(join(folder, name), name);
	return { folder, remove };
}

/** A copy of an example that has the packages of its manifest. */
export async function installExample(
	folder: string,
	name: string,
): Promise<void> {
	const example = join(root, "examples", name);
	const manifest = await readFile(join(example, "package.json"), "utf8").catch(
		() => "{}",
	);
	const { dependencies, devDependencies } = JSON.parse(manifest);
	const { localhook: _, ...packages } = { ...dependencies, ...devDependencies };
	await install(folder, { files: {}, packages: Object.keys(packages) });
	await cp(example, folder, { recursive: true });
}

/** A link to the checkout would not do for localhook: runners transform what is not below `node_modules`. */
async function install(
	folder: string,
	{ files, packages }: Project,
): Promise<void> {
	const manifest = { "package.json": JSON.stringify({ type: "module" }) };
	await mkdir(folder, { recursive: true });
	for (const [name, text] of Object.entries({ ...manifest, ...files }))
		await writeFile(join(folder, name), text);
	const installed = join(folder, "node_modules");
	const own = await readFile(join(root, "package.json"), "utf8");
	for (const name of ["package.json", "dist", "fixtures", "openapi"])
		await cp(join(root, name), join(installed, "localhook", name), {
			recursive: true,
		});
	const { dependencies } = JSON.parse(own);
	for (const name of [...Object.keys(dependencies), ...packages]) {
		const place = join(installed, name);
		await mkdir(dirname(place), { recursive: true });
		await symlink(join(root, "node_modules", name), place);
	}
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
