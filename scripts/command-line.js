// The command line as a module: what fixtures/command-line.yaml says, and the types of what a user sets by it.
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { header, literalOf } from "./generated.js";

const file = new URL("../fixtures/command-line.yaml", import.meta.url);

/** @returns {Promise<[name: string, text: string]>} */
export async function commandLineFile() {
	const value = parse(await readFile(file, "utf8"));
	const settings = Object.entries(value.flags).map(
		([name, { summary, schema }]) =>
			`	/** ${summary} */\n	readonly ${name}: ${typeOf(schema)};\n`,
	);
	const commands = Object.entries(value.commands).map(
		([name, { options = {} }]) => `	${name}: {\n${optionTypes(options)}	};\n`,
	);
	return [
		"command-line.ts",
		`${header}${literalOf("commandLine", value)}
/** Of each setting, the type that its schema describes. */
export interface Settings {
${settings.join("")}}

interface Options {
${commands.join("")}}

/** What a command's action gets of its options: of \`--dry-run\` and \`--count <n>\`, \`dryRun\` and \`count\`. */
export type OptionsOf<Name extends keyof Options> = Options[Name];
`,
	];
}

/** @returns {string} */
function typeOf({ type, items, additionalProperties }) {
	if (Array.isArray(type))
		return type
			.map((each) => typeOf({ type: each, items, additionalProperties }))
			.join(" | ");
	switch (type) {
		case "array":
			return `readonly ${typeOf(items)}[]`;
		case "object":
			return `Readonly<Record<string, ${typeOf(additionalProperties)}>>`;
		case "integer":
			return "number";
		default:
			return type ?? "unknown";
	}
}

/** @param {object} options by how they are written, such as `-n, --limit <n>` */
function optionTypes(options) {
	return Object.entries(options)
		.map(([form, about]) => {
			const [, no, word, value] = /--(no-)?([\w-]+)( <)?/.exec(form) ?? [];
			const name = word.replaceAll(/-(\w)/g, (_, letter) =>
				letter.toUpperCase(),
			);
			const isSet = no !== undefined || about.default !== undefined;
			const type = value === undefined ? "boolean" : valueType(about);
			return `		readonly ${name}: ${type}${isSet ? "" : " | undefined"};\n`;
		})
		.join("");
}

function valueType({ many, from, duration, choices }) {
	if (many) return "readonly string[]";
	if (choices) return choices.map((each) => JSON.stringify(each)).join(" | ");
	return duration || from !== undefined ? "number" : "string";
}
