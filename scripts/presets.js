// The presets: how well-known providers sign and deliver, each a file of presets/.
import { readdir, readFile } from "node:fs/promises";
import { parse } from "yaml";
import { header } from "./generated.js";

const folder = new URL("../presets/", import.meta.url);

/** @typedef {readonly { path: readonly string[], message: string }[]} Problems */

/**
 * As a module, in which each preset is a text until it is asked for.
 *
 * @param {(preset: any) => Problems} problemsOf
 * @returns {Promise<[name: string, text: string]>}
 */
export async function presetsFile(problemsOf) {
	const files = (await readdir(folder)).filter((file) =>
		file.endsWith(".yaml"),
	);
	const entries = files.sort().map(async (file) => {
		const preset = parse(await readFile(new URL(file, folder), "utf8"));
		const problems = [
			...problemsOf(preset).map(
				({ path, message }) => `${path.join(".")}: ${message}`,
			),
			...factProblems(preset),
		];
		if (problems.length > 0)
			throw new Error(`presets/${file}:\n${problems.join("\n")}`);
		const name = file.slice(0, -".yaml".length);
		return `	${JSON.stringify(name)}: ${JSON.stringify(JSON.stringify(preset))},\n`;
	});
	return [
		"presets.ts",
		`${header}/** JSON by name. */
export const presets: Readonly<Record<string, string>> = {
${(await Promise.all(entries)).join("")}};
`,
	];
}

/**
 * Each rule says where it is from, and how a provider signs is never a guess.
 *
 * @param {Record<string, any>} preset
 */
function factProblems({ signature, delivery, facts }) {
	const rules = [
		"signature",
		...(signature.timestamp?.tolerance === undefined
			? []
			: ["timestamp.tolerance"]),
		...Object.keys(delivery).map((rule) => `delivery.${rule}`),
	];
	// Its own library takes what is signed ahead of the receiver's clock.
	const known = [...rules, "timestamp.future"];
	const missing = rules.filter((rule) => !Object.hasOwn(facts, rule));
	const foreign = Object.keys(facts).filter((fact) => !known.includes(fact));
	const guessed = ["reported", "assumed"].includes(facts.signature?.mark);
	return [
		...missing.map((rule) => `facts: ${rule} has no mark`),
		...foreign.map((fact) => `facts: ${fact} is no rule of it`),
		...(guessed ? ["facts: signature must be documented or observed"] : []),
	];
}
