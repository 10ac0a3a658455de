// What explanations know and advise: fixtures/advice.yaml.
import { readdir, readFile } from "node:fs/promises";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse } from "yaml";
import { header } from "./generated.js";
import { definedTypes, schemaOf } from "./types.js";

const file = new URL("../fixtures/advice.yaml", import.meta.url);

/**
 * What answers say for themselves is needed wherever an attempt is shown, the rest once a receiver is asked.
 *
 * @returns {Promise<[name: string, text: string][]>}
 */
export async function adviceFiles() {
	const read = parse(await readFile(file, "utf8"));
	const ajv = new Ajv2020({ strict: false });
	ajv.addSchema(await schemaOf("advice-rows"), "rows");
	if (!ajv.validate("rows#/$defs/Advice", read))
		throw new Error(`fixtures/advice.yaml: ${ajv.errorsText()}.`);
	const { answers, errors, ...advice } = read;
	for (const { body = "", value = "" } of answers)
		for (const pattern of [body, value]) new RegExp(pattern);
	for (const [cause, { title, instead }] of Object.entries(advice.causes))
		if (!title || instead === undefined)
			throw new Error(
				`fixtures/advice.yaml: ${cause} needs a title and what to do instead.`,
			);
	advice.headers.push(...(await headersOfPresets()));
	const constant = (/** @type {string} */ name, /** @type {unknown} */ value) =>
		`/** fixtures/advice.yaml */
export const ${name} = ${JSON.stringify(value, null, "\t")};
`;
	return [
		["answers.ts", header + constant("answers", { answers, errors })],
		[
			"advice.ts",
			(await definedTypes("advice-rows")) + constant("advice", advice),
		],
	];
}

/** Where the presets have their signatures. */
async function headersOfPresets() {
	const folder = new URL("../presets/", import.meta.url);
	const names = (await readdir(folder)).filter((name) =>
		name.endsWith(".yaml"),
	);
	const presets = await Promise.all(
		names.map(async (name) =>
			parse(await readFile(new URL(name, folder), "utf8")),
		),
	);
	const headers = presets.flatMap(({ signature }) =>
		Object.entries(signature.headers)
			.filter(([, template]) => template.includes("{signatures}"))
			.map(([name]) => name),
	);
	return [...new Set(headers)].sort();
}
