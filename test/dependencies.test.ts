import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../", import.meta.url));
const manifest = readManifest(".");
const listed = Object.keys({
	...manifest.dependencies,
	...manifest.devDependencies,
	...manifest.peerDependencies,
});

it("are imported, or have a command that a script runs", () => {
	const imported = new Set(sources().flatMap(packagesIn));
	const commands = [
		...Object.values<string>(manifest.scripts).map((line) => ({ line })),
		...sources("scripts").map(({ text }) => ({ line: text })),
	];

	const isImported = (name: string) =>
		imported.has(name.replace(/^@types\//, "")) || name === "@types/node";
	const isRun = (name: string) =>
		Object.keys(binOf(name)).some((command) =>
			commands.some(({ line }) =>
				new RegExp(`(^|["/ ])${command}(?=["/ ]|$)`, "m").test(line),
			),
		);
	const unused = (names: readonly string[]) =>
		names.filter((name) => !isImported(name) && !isRun(name));

	expect(listed.length).toBeGreaterThan(20);
	expect(unused(listed)).toEqual([]);
	expect(unused(["left-pad", "@types/left-pad"])).toHaveLength(2);
});

interface Source {
	readonly file: string;
	readonly text: string;
}

function sources(...folders: string[]): readonly Source[] {
	const wanted = folders.length > 0 ? folders : everywhere;
	return wanted
		.flatMap((folder) =>
			readdirSync(join(root, folder), {
				recursive: folder !== ".",
				encoding: "utf8",
			}).map((file) => join(root, folder, file)),
		)
		.filter((file) => /\.[cm]?[jt]sx?$/.test(file))
		.filter((file) => !file.includes("node_modules"))
		.map((file) => ({ file, text: readFileSync(file, "utf8") }));
}

const everywhere = ["src", "test", "bench", "scripts", "examples", "."];

/** The packages that a file imports or requires, in whatever form. */
function packagesIn({ text }: Source): readonly string[] {
	return ts
		.preProcessFile(text, true, true)
		.importedFiles.map(({ fileName }) => fileName)
		.map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name);
}

function binOf(name: string): Record<string, string> {
	try {
		const { bin = {} } = readManifest(`node_modules/${name}`);
		return typeof bin === "string" ? { [name]: bin } : bin;
	} catch {
		return {};
	}
}

function readManifest(folder: string) {
	return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
}
