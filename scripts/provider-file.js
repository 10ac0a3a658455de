// How a provider signs and delivers, as its file in fixtures/ declares it: checked, and with lengths of time in numbers.
import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { mapValues, schemaOf } from "./types.js";

/**
 * @typedef {Readonly<Record<string, import("../src/contract/fidelity.ts").OptionSpec>>} Options
 * @typedef {(path: string) => Promise<any>} Source imports a file of src/
 */

/**
 * @param {string} id of the provider
 * @param {Options} options
 * @param {Source} source
 */
export async function providerFileOf(id, options, source) {
	const path = `fixtures/${id}/provider.yaml`;
	const url = new URL(`../${path}`, import.meta.url);
	const text = await readFile(url, "utf8").catch(() => undefined);
	return text === undefined ? {} : readProvider(text, path, options, source);
}

/**
 * @param {string} text
 * @param {string} path where it is from, for what is wrong with it
 * @param {Options} options
 * @param {Source} source
 * @returns {Promise<Record<string, object>>} by the name of the constant; none: the provider's code says it all
 * @throws with everything that is wrong with it
 */
export async function readProvider(text, path, options, source) {
	const file = parse(text);
	const problems = await problemsOf(file, options, source);
	if (problems.length > 0)
		throw new Error([`${path}:`, ...problems].join("\n"));
	const { parseDuration } = await source("duration.ts");
	/** @param {(rules: any) => object | undefined} partOf */
	const declared = (partOf) => ({
		always: partOf(file),
		byOption: mapValues(file.byOption ?? {}, (values) =>
			mapValues(values, partOf),
		),
	});
	return {
		...(file.signature && {
			signature: declared(({ signature }) => signature),
		}),
		delivery: declared(
			({ delivery }) =>
				delivery && policyOf({ ...file.delivery, ...delivery }, parseDuration),
		),
		...(file.idempotency && {
			idempotency: {
				...file.idempotency,
				retention: parseDuration(file.idempotency.retention),
			},
		}),
	};
}

/**
 * @param {any} delivery
 * @param {(text: string) => number} lengthOf
 */
function policyOf(delivery, lengthOf) {
	const { timeout, connectTimeout, order, disableAfter, ...rest } = delivery;
	const { retries, jitter = "none", thenEvery, maxElapsed, ...rules } = rest;
	const length = (/** @type {string | undefined} */ text) =>
		text === undefined ? undefined : lengthOf(text);
	return {
		timeout: length(timeout),
		connectTimeout: length(connectTimeout),
		retry: {
			delays: retries.map(length),
			jitter,
			thenEvery: length(thenEvery),
			maxElapsed: length(maxElapsed),
		},
		ordered: order === "endpoint",
		disableAfter: disableAfter && {
			...disableAfter,
			failingFor: length(disableAfter.failingFor),
			for: length(disableAfter.for),
		},
		...rules,
	};
}

/**
 * What is wrong with the rules, by themselves and with what each value of an option changes of them.
 *
 * @param {any} file
 * @param {Options} options
 * @param {Source} source
 */
async function problemsOf(file, options, source) {
	const { schemaProblems } = await source("schema-problems.ts");
	const { schemeProblems } = await source("signing/scheme.ts");
	const { below } = await source("problem.ts");
	const { properties: ofPreset, $defs } = await schemaOf("preset");
	const schema = await schemaOf("provider");
	const defs = { ...$defs, ...schema.$defs };
	Object.assign(
		schema.properties.delivery.properties,
		ofPreset.delivery.properties,
	);
	const problems = schemaProblems(file, schema, { defs });
	if (problems.length > 0) return linesOf(problems);
	const { byOption = {}, ...always } = file;
	const changes = Object.entries(byOption).flatMap(([option, values]) =>
		Object.entries(values).map(([value, rules]) => {
			if (!options[option]?.values.includes(value))
				problems.push({
					path: ["byOption", option, value],
					message: "there is no such option, or no such value of it.",
				});
			return { path: ["byOption", option, value], rules };
		}),
	);
	for (const { path, rules } of [{ path: [], rules: always }, ...changes]) {
		const whole = mapValues(rules, (part, name) => ({
			...always[name],
			...part,
		}));
		const { signature } = whole;
		problems.push(
			...below(path, schemaProblems({ ...always, ...whole }, schema, { defs })),
			...below(
				[...path, "signature"],
				signature ? schemeProblems(signature) : [],
			),
		);
	}
	return linesOf(problems);
}

/** @param {readonly { path: readonly string[], message: string }[]} problems */
function linesOf(problems) {
	return problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
}
