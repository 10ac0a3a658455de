import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { parse } from "yaml";
import { header, literalOf } from "./generated.js";

const root = new URL("../", import.meta.url);

/**
 * The method and path of each operation of the control API, for who calls it by the operation's id.
 *
 * @returns {Promise<[name: string, text: string]>}
 */
export async function controlPathsFile() {
	const file = new URL("openapi/localhook.yaml", root);
	/** @type {Record<string, Record<string, { operationId: string }>>} */
	const { paths } = parse(await readFile(file, "utf8"));
	const entries = Object.entries(paths).flatMap(([path, item]) =>
		Object.entries(item).map(([method, { operationId }]) => [
			operationId,
			`${method.toUpperCase()} ${path}`,
		]),
	);
	const value = Object.fromEntries(entries);
	return ["control-paths.ts", `${header}${literalOf("controlPaths", value)}`];
}

/**
 * What the inspector's page loads, as text: the server starts without, and looks for no file when a browser comes.
 *
 * @returns {Promise<[name: string, text: string]>}
 */
export async function inspectorFile() {
	const build = await rolldown({
		cwd: fileURLToPath(root),
		platform: "browser",
		input: "src/inspector/browser.tsx",
		transform: { target: "es2023" },
	});
	const { output } = await build.generate({ minify: true });
	await build.close();
	const [{ code }] = output;
	const css = new URL("src/inspector/style.css", root);
	const style = (await readFile(css, "utf8")).replaceAll(/\s+/g, " ");
	return [
		"inspector.ts",
		`${header}export const script: string = ${JSON.stringify(code)};
export const style: string = ${JSON.stringify(style)};
`,
	];
}
