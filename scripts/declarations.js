import { execFileSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

/**
 * The types of each entry, rolled up: for who imports it, and once more for who requires it, because packages such as
 * msw have types of their own for each.
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
	const build = await rolldown({
		cwd: root,
		input: Object.fromEntries(
			entries.map((name) => [name, join(each, `${name}.d.ts`)]),
		),
		external: /^[^./]/,
		plugins: [dts({ dtsInput: true, tsconfig: false })],
		checks: { bundlerTimings: false },
	});
	const { output } = await build.write({
		dir: folder,
		chunkFileNames: "[name]-[hash].js",
	});
	await build.close();
	await rm(each, { recursive: true });
	for (const { fileName } of output) {
		const file = join(folder, fileName);
		const text = await readFile(file, "utf8");
		// Where each part came from, which is no longer there.
		const plain = text.replaceAll(/^\/\/ \.dist-.*\n/gm, "");
		await writeFile(file, plain);
		await writeFile(
			file.replace(/\.d\.ts$/, ".d.cts"),
			plain.replaceAll(/(from "\.\.?\/.+?)\.js"/g, '$1.cjs"'),
		);
	}
}
