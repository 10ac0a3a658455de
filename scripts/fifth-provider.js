// A copy of the tree with a fifth provider in it, as CONTRIBUTING.md asks for one: test/fifth-provider/ has the files that
// are written by hand, the documented commands write the rest.
import { execFile } from "node:child_process";
import { cp, readdir, symlink } from "node:fs/promises";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("../", import.meta.url));
const fifth = fileURLToPath(
	new URL("../test/fifth-provider/", import.meta.url),
);
/** They are about the copy. */
const left = /^test\/(fifth-provider\/|check\/fifth-provider\.test\.ts$)/;

/**
 * What a fifth provider is made of by hand, as paths in the tree.
 *
 * @returns {Promise<string[]>}
 */
export async function fifthFiles() {
	const found = await readdir(fifth, { recursive: true, withFileTypes: true });
	return found
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => join(parentPath, name).slice(fifth.length))
		.map((path) => path.split(sep).join("/"))
		.sort();
}

/** @returns {Promise<string[]>} the files of this tree that are in git or may come into it */
export async function treeFiles() {
	const list = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
	const { stdout } = await execute("git", list, { cwd: root });
	return stdout.split("\0").filter((path) => path !== "" && !left.test(path));
}

/**
 * @param {string} folder an empty one
 * @param {(command: string, ...words: string[]) => Promise<unknown>} run there
 * @param {() => Promise<unknown>} [addPackages] default: those of this tree, linked
 */
export async function copyWithFifth(
	folder,
	run,
	addPackages = () =>
		symlink(join(root, "node_modules"), join(folder, "node_modules")),
) {
	const paths = await treeFiles();
	await Promise.all(
		// One that is removed is listed until that is committed.
		paths.map((path) =>
			cp(join(root, path), join(folder, path)).catch(ignoreAbsent),
		),
	);
	await cp(fifth, folder, { recursive: true });
	await addPackages();
	// Biome looks for what it is to ignore.
	await run("git", "init", "--quiet");
	for (const script of ["build", "docs", "surface"])
		await run("npm", "run", script);
}

/** @param {NodeJS.ErrnoException} error */
function ignoreAbsent(error) {
	if (error.code !== "ENOENT") throw error;
}
