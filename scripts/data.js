// The built-in providers with their documents and fixtures, as modules: whoever bundles localhook gets them along, and
// nothing looks for a file when it runs.
import { readdir, readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import standaloneModule from "ajv/dist/standalone/index.js";
import formatsModule from "ajv-formats";
import { createJiti } from "jiti";
import { parse } from "yaml";
import { adviceFiles } from "./advice.js";
import { commandLineFile } from "./command-line.js";
import { fidelityOf } from "./fidelity.js";
import { header, literalOf, parsed } from "./generated.js";
import { inspectorFile } from "./inspector.js";
import { presetsFile } from "./presets.js";
import { providerFileOf } from "./provider-file.js";
import { withRecords } from "./records.js";
import { schemaOf } from "./types.js";

const root = new URL("../", import.meta.url);
const { default: standalone } = standaloneModule;
const { default: formats } = formatsModule;

/**
 * @param {readonly string[]} ids of the providers
 * @returns {Promise<[name: string, text: string][]>}
 */
export async function dataFiles(ids) {
	const manifest = await readFile(new URL("package.json", root), "utf8");
	const { version } = JSON.parse(manifest);
	return [
		["built-in.ts", builtIn(ids)],
		...(await Promise.all(ids.map(dataOf))),
		...(await Promise.all(ids.map(checksOf))),
		...(await Promise.all(ids.map(fidelityFile))),
		["checks-localhook.ts", await snapshotCheck()],
		["control-document.ts", await controlDocument()],
		await inspectorFile(),
		await presetsFile(await presetProblems()),
		...(await adviceFiles()),
		["scenario-schema.ts", await scenarioSchema()],
		await commandLineFile(),
		["receiver-checks.ts", await receiverChecks()],
		[
			"version.ts",
			`${header}export const version: string = ${JSON.stringify(version)};\n`,
		],
	];
}

async function presetProblems() {
	const { schemeProblems } = await source("signing/scheme.ts");
	const { schemaProblems } = await source("schema-problems.ts");
	const { below } = await source("problem.ts");
	const schema = await schemaOf("preset");
	// How a provider signs is checked by what checks every scheme.
	const defs = { ...schema.$defs, Scheme: {} };
	return (/** @type {any} */ preset) => [
		...schemaProblems(preset, schema, { defs }),
		...below(["signature"], schemeProblems(preset.signature)),
	];
}

async function scenarioSchema() {
	const file = new URL("scenario.schema.json", root);
	const schema = JSON.parse(await readFile(file, "utf8"));
	return `${header}import type { JsonSchema } from "../schema-problems.ts";

/** Describes a scenario. */
export const scenarioSchema: JsonSchema = ${parsed(schema)};
`;
}

async function receiverChecks() {
	const file = new URL("fixtures/receiver-checks.yaml", root);
	return `${header}${literalOf("table", parse(await readFile(file, "utf8")))}`;
}

/** @param {readonly string[]} ids */
function builtIn(ids) {
	const imports = ids.map(
		(id, index) =>
			`import provider${index} from "../providers/${id}/index.ts";
import * as checks${index} from "./checks-${id}.ts";
import * as data${index} from "./data-${id}.ts";
import * as fidelity${index} from "./fidelity-${id}.ts";
`,
	);
	const entries = ids.map(
		(id, index) => `	${JSON.stringify(id)}: {
		provider: provider${index},
		checks: () => checks${index}.checks,
		get document() { return data${index}.document(); },
		get fidelity() { return fidelity${index}.fidelity(); },
		fixture: (type) => data${index}.fixtures()[type],
		demo: () => data${index}.demo(),
	},
`,
	);
	return `${header}import type { BuiltIn } from "../catalog.ts";
${imports.join("")}
/** By id, in alphabetical order. */
export const builtIn: Readonly<Record<string, BuiltIn>> = {
${entries.join("")}};
`;
}

/**
 * Beside the code, so that what nobody asks of a provider is not even read.
 *
 * @param {string} id
 * @returns {Promise<[name: string, text: string]>}
 */
async function dataOf(id) {
	const parts = {
		// A page compiles its checks by the document it has, so what is kept is described there too.
		document: await withRecords(id, await loadDocument(id)),
		fixtures: await fixturesOf(id),
		demo: await demoOf(id),
	};
	const missing = Object.keys(parts.document.webhooks ?? {}).find(
		(type) => parts.fixtures[type] === undefined,
	);
	if (missing !== undefined)
		throw new Error(
			`Failed to find the fixture of ${id}'s "${missing}". Add fixtures/${id}/${missing}.json.`,
		);
	const functions = Object.entries(parts).map(
		([name, value]) => `export const ${name} = once(() => ${parsed(value)});\n`,
	);
	return [`data-${id}.ts`, `${header}${once}${functions.join("")}`];
}

const once = `function once<Value>(read: () => Value): () => Value {
	let known: Value | undefined;
	return () => (known ??= read());
}
`;

/**
 * Beside the rest, because of a provider that plays this is asked last.
 *
 * @param {string} id
 * @returns {Promise<[name: string, text: string]>}
 */
async function fidelityFile(id) {
	const { fidelity, notPlayed } = await loadFidelity(id);
	const read = parsed({ fidelity, notPlayed });
	return [
		`fidelity-${id}.ts`,
		`${header}import type { Fidelity } from "../contract/fidelity.ts";
${once}export const fidelity = once((): Fidelity => ${read});
`,
	];
}

/**
 * What the code of a provider needs of its data from the start. It is there before that code is first run.
 *
 * @param {string} id
 * @returns {Promise<[name: string, text: string]>}
 */
export async function constantsOf(id) {
	const { options } = await loadFidelity(id);
	const { webhooks = {}, paths = {} } = await loadDocument(id);
	const operations = Object.values(paths).flatMap((item) =>
		Object.values(/** @type {any} */ (item)),
	);
	/** By what each does with what receivers the provider calls. */
	const subscriptions = Object.fromEntries(
		operations
			.filter((operation) => operation["x-localhook-subscription"])
			.map((operation) => [
				operation["x-localhook-subscription"],
				operation.operationId,
			]),
	);
	/** By operation, where callers need one. */
	const permissions = operations
		.filter((operation) => operation["x-localhook-permission"])
		.map((operation) => [
			operation.operationId,
			operation["x-localhook-permission"],
		]);
	const isRegistered = Object.keys(subscriptions).length > 0;
	const events = Object.fromEntries(
		Object.entries(webhooks).map(([type, item]) => [
			type,
			{ summary: /** @type {any} */ (item).post.summary },
		]),
	);
	const rules = {
		...(await providerFileOf(id, options, source)),
		...(permissions.length > 0 && {
			permissions: Object.fromEntries(permissions),
		}),
	};
	const constants = Object.entries(rules).map(
		([name, rule]) =>
			`export const ${name}${typeOf[name] ?? ""} = ${JSON.stringify(rule, null, "\t")};\n`,
	);
	return [
		`constants-${id}.ts`,
		`${header}import type { OptionValues } from "../contract/fidelity.ts";
import type { InputsOf } from "../contract/operation.ts";
import type { filled, operations } from "./${id}.ts";

export const events = ${JSON.stringify(events, null, "\t")} as const;
export const options = ${JSON.stringify(options, null, "\t")} as const;
${await failuresOf(id)}${constants.join("")}
/** What a definition takes over as it is. */
export const documented = { id: "${id}", events, options${isRegistered ? `, subscriptions: ${JSON.stringify(subscriptions)}` : ""} } as const;

/** What the document and the fixtures say of the shape of the provider. */
export interface Documented {
	events: keyof typeof events;
	operations: InputsOf<operations, filled>;
	options: OptionValues<typeof options>;
${isRegistered ? '	subscriptions: (typeof documented)["subscriptions"];\n' : ""}}
`,
	];
}

/** @type {Readonly<Record<string, string>>} */
const typeOf = {
	signature:
		': import("../provider-helpers.ts").Declared<import("../signing/scheme.ts").Scheme>',
	delivery:
		': import("../provider-helpers.ts").Declared<import("../contract/policy.ts").DeliveryPolicy>',
	permissions: ": Readonly<Record<string, string>>",
};

/**
 * The provider's own words for a failure, where it has a table of them.
 *
 * @param {string} id
 */
async function failuresOf(id) {
	const file = new URL(`fixtures/${id}/failures.yaml`, root);
	const text = await readFile(file, "utf8").catch(() => undefined);
	if (text === undefined) return "";
	const failures = JSON.stringify(parse(text), null, "\t");
	return `export const failures = ${failures} as const;\n`;
}

/** @param {string} id */
async function loadFidelity(id) {
	const { fidelityMarks } = await source("contract/fidelity.ts");
	return fidelityOf(id, fidelityMarks);
}

async function controlDocument() {
	return `${header}import type { ApiDocument } from "../openapi/operations.ts";

/** Describes the control API. */
export const controlDocument: ApiDocument = ${parsed(await loadDocument("localhook"))};
`;
}

/** @param {string} id */
async function loadDocument(id) {
	const { readDocument } = await source("../scripts/document.ts");
	return readDocument(new URL(`openapi/${id}.yaml`, root));
}

const jiti = createJiti(import.meta.url);

/** @param {string} path */
function source(path) {
	return jiti.import(fileURLToPath(new URL(`src/${path}`, root)));
}

/**
 * What a provider checks in ordinary calls, compiled. All else is compiled when it is first needed.
 *
 * @param {string} id
 * @returns {Promise<[name: string, text: string]>}
 */
async function checksOf(id) {
	const { operationsOf } = await source("openapi/operations.ts");
	const { default: provider } = await source(`providers/${id}/index.ts`);
	const { refuseUnknownOperations } = await source("engine/options.ts");
	const document = await loadDocument(id);
	const operations = operationsOf(document);
	refuseUnknownOperations(provider, operations);
	const bodies = operations.flatMap(({ body }) => [
		...(body?.media.values() ?? []),
	]);
	const pointers = [
		...bodies.map(({ schema }) => schema),
		...Object.values(provider.collections).map(
			({ schema }) => schema && `#/components/schemas/${schema}`,
		),
	].filter((pointer) => pointer !== undefined);
	const described = await withRecords(id, document);
	return [`checks-${id}.ts`, await compiled(described, pointers)];
}

/** It stops at the first problem: a snapshot may be as large as all that is kept. */
async function snapshotCheck() {
	const document = await loadDocument("localhook");
	const pointers = ["#/components/schemas/Snapshot"];
	return compiled(document, pointers, {
		allErrors: false,
		inlineRefs: false,
	});
}

/**
 * @param {object} document
 * @param {readonly string[]} pointers to its schemas
 * @param {import("ajv").Options} [options]
 */
async function compiled(document, pointers, options) {
	const { referenceTo, rules } = await source("openapi/validators.ts");
	const code = { source: true, esm: true };
	const ajv = new Ajv2020({ ...rules, ...options, code });
	formats(ajv);
	ajv.addSchema(document, "document");
	const names = pointers.map((pointer, index) => {
		ajv.addSchema(referenceTo(pointer), `check${index}`);
		return [`check${index}`, pointer];
	});
	const text = standalone(
		ajv,
		Object.fromEntries(names.map(([name]) => [name, name])),
	);
	const list = names.map(
		([name, pointer]) => `	${JSON.stringify(pointer)}: ${name},\n`,
	);
	// Where it asks for Ajv's own functions, it does so by require().
	const require = text.includes("require(")
		? `import { createRequire } from "node:module";
const require = createRequire(import.meta.url);
`
		: "";
	return `// @ts-nocheck
${header}import type { Checks } from "../openapi/validators.ts";
${require}${text}
export const checks: Checks = {
${list.join("")}};
`;
}

/** @param {string} id */
async function demoOf(id) {
	const file = new URL(`fixtures/${id}/demo.yaml`, root);
	return parse(await readFile(file, "utf8"));
}

/** @param {string} id */
async function fixturesOf(id) {
	const folder = new URL(`fixtures/${id}/`, root);
	const files = (await readdir(folder)).filter(
		(file) => file.endsWith(".json") && file !== "signatures.json",
	);
	const entries = files
		.sort()
		.map(async (file) => [
			file.slice(0, -".json".length),
			JSON.parse(await readFile(new URL(file, folder), "utf8")),
		]);
	return Object.fromEntries(await Promise.all(entries));
}
