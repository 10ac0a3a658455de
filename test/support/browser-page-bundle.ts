import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { forBrowsers } from "../../scripts/bundle-browser.js";

const root = new URL("../../", import.meta.url);

/** Files by name: what an application makes of `browser-page.ts` and of the built package, and msw's worker. */
export async function bundlePage(): Promise<{
	files: ReadonlyMap<string, string>;
	warnings: readonly string[];
}> {
	const warnings: string[] = [];
	const shared = forBrowsers(fileURLToPath(root));
	const build = await rolldown({
		...shared,
		input: { page: "test/support/browser-page.ts" },
		// It would lead to src/ in place of what was built.
		tsconfig: false,
		onLog: (_, { message }) => warnings.push(message),
		plugins: [
			{
				name: "as-built",
				resolveId: {
					filter: { id: /\/src\/msw\/index\.ts$/ },
					handler(_, importer) {
						return this.resolve("localhook/msw", importer);
					},
				},
			},
			// What is not published, such as an engine, is made of the source as the build would make it.
			...shared.plugins,
		],
	});
	const { output } = await build.generate();
	await build.close();
	const worker = new URL("node_modules/msw/lib/mockServiceWorker.js", root);
	const files = new Map(
		output.flatMap((file) =>
			file.type === "chunk" ? [[file.fileName, file.code] as const] : [],
		),
	);
	files.set("mockServiceWorker.js", await readFile(worker, "utf8"));
	return { files, warnings };
}
