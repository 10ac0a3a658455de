import { execFileSync } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

/**
 * The types of each entry in one file: for who imports it, and once more for who requires it, because packages such as
 * msw have types of their own for each. What an earlier entry has, a later one takes from there.
 *
 * @param {string} root
 * @param {string} folder where they are written
 * @param {readonly string[]} entries
 */
export async function writeDeclarations(root, folder, entries) {
	const each = join(folder, "types");
	execFileSync(
		process.execPath,
		[
			join(root, "node_modules/typescript/bin/tsc"),
			...["-p", "tsconfig.build.json", "--outDir", each],
		],
		{ cwd: root, stdio: "inherit" },
	);
	/** @type {Map<string, string>} which entry has what a file declares */
	const owners = new Map();
	for (const entry of entries) {
		const { code, files } = await rollUp(join(each, `${entry}.d.ts`), owners);
		for (const file of files) owners.set(file, entry);
		const text = code
			// Where each part came from, which is no longer there.
			.replaceAll(/^\/\/ .*\.d\.ts\n/gm, "")
			.replaceAll(/"entry:(.+?)"/g, (_, /** @type {string} */ owner) => {
				const path = relative(dirname(entry), owner);
				return `"${path.startsWith(".") ? path : `./${path}`}.js"`;
			});
		const file = join(folder, entry);
		await mkdir(dirname(file), { recursive: true });
		await writeFile(`${file}.d.ts`, text);
		await writeFile(
			`${file}.d.cts`,
			text.replaceAll(/(from "\.\.?\/.+?)\.js"/g, '$1.cjs"'),
		);
	}
	await rm(each, { recursive: true });
}

/**
 * @param {string} input
 * @param {ReadonlyMap<string, string>} owners
 */
async function rollUp(input, owners) {
	const build = await rolldown({
		input,
		external: /^[^./]/,
		plugins: [fromOwners(owners), dts({ dtsInput: true, tsconfig: false })],
		checks: { bundlerTimings: false },
	});
	const { output } = await build.generate({ codeSplitting: false });
	await build.close();
	const [{ code, moduleIds }] = output;
	return { code, files: moduleIds };
}

/**
 * Leaves what another entry has outside.
 *
 * @param {ReadonlyMap<string, string>} owners
 * @returns {import("rolldown").Plugin}
 */
function fromOwners(owners) {
	return {
		name: "from-owners",
		resolveId: {
			filter: { id: /^\.\.?\// },
			handler(specifier, importer) {
				if (importer === undefined) return null;
				const file = join(dirname(importer), specifier);
				const owner = owners.get(file.replace(/(\.d)?\.[jt]s$/, ".d.ts"));
				return owner === undefined
					? null
					: { id: `entry:${owner}`, external: true };
			},
		},
	};
}
