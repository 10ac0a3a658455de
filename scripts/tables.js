// The tables that the code looks things up in: fixtures/tables.yaml.
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { header } from "./generated.js";

const file = new URL("../fixtures/tables.yaml", import.meta.url);

/** @returns {Promise<[name: string, text: string]>} */
export async function tablesFile() {
	const tables = Object.entries(parse(await readFile(file, "utf8"))).map(
		([name, table]) =>
			`export const ${name} = ${JSON.stringify(table, null, "\t")} as const;\n`,
	);
	return ["tables.ts", `${header}${tables.join("\n")}`];
}
