// What the documents say of events and operations, as types, and which provider has which.
import { readFile } from "node:fs/promises";
import openapi, { astToString } from "openapi-typescript";
import ts from "typescript";
import { parse } from "yaml";
import { header } from "./generated.js";
import { withRecords } from "./records.js";

const root = new URL("../", import.meta.url);

/**
 * For the compiler alone: nothing of it exists at run time.
 *
 * @param {readonly string[]} ids of the providers
 * @returns {Promise<[name: string, text: string][]>}
 */
export async function typeFiles(ids) {
	const each = ids.map(
		async (id) =>
			/** @type {[string, string]} */ ([`${id}.ts`, await typesOf(id)]),
	);
	const document = await documentOf("localhook");
	const control = await openapi(document, settings);
	return [
		["providers.ts", mapOf(ids)],
		["control.ts", `${header}${astToString(control)}`],
		["entry.ts", await entryTypes(document)],
		["snapshot.ts", await partTypes(document, "Snapshot")],
		["scenario.ts", await scenarioTypes()],
		["scenario-lines.ts", await definedTypes("scenario-lines")],
		["check-lines.ts", await definedTypes("check-lines")],
		...(await Promise.all(each)),
	];
}

const settings = {
	// An object of which nothing is said may hold anything.
	emptyObjectsUnknown: true,
	silent: true,
};

/**
 * @param {string} name
 * @returns {Promise<import("openapi-typescript").OpenAPI3>}
 */
async function documentOf(name) {
	return parse(await readFile(new URL(`openapi/${name}.yaml`, root), "utf8"));
}

/**
 * An entry of the journal: what is optional may be there, and undefined.
 *
 * @param {any} document
 */
async function entryTypes(document) {
	const types = await partTypes(document, "Entry");
	return types.replaceAll(/(\?: [^{;]+);$/gm, "$1 | undefined;");
}

/**
 * A schema of the control API and its parts, by themselves: what is published would take every other type along.
 *
 * @param {any} document
 * @param {string} whole
 */
async function partTypes({ components: { schemas } }, whole) {
	/** @type {Map<string, any>} */
	const parts = new Map();
	const add = (/** @type {string} */ name) => {
		if (parts.has(name)) return;
		parts.set(name, schemas[name]);
		const text = JSON.stringify(schemas[name]);
		for (const [, part = ""] of text.matchAll(reference)) add(part);
	};
	add(whole);
	const types = await typesOfSchemas(Object.fromEntries(parts), {
		immutable: true,
	});
	return header + types;
}

const reference = /#\/components\/schemas\/(\w+)/g;

/** The definitions of the JSON Schema of scenarios, and the whole of it as `Scenario`. */
async function scenarioTypes() {
	const file = new URL("scenario.schema.json", root);
	const text = await readFile(file, "utf8");
	const {
		$defs,
		oneOf: _,
		...Scenario
	} = JSON.parse(text.replaceAll("#/$defs/", "#/components/schemas/"));
	return `${header}${await typesOfSchemas({ ...$defs, Scenario })}`;
}

/**
 * The definitions of a JSON Schema, such as of what a command prints.
 *
 * @param {string} name of a file of fixtures
 */
export async function definedTypes(name) {
	const text = JSON.stringify(await schemaOf(name));
	const { $defs } = JSON.parse(
		text.replaceAll("#/$defs/", "#/components/schemas/"),
	);
	return header + (await typesOfSchemas($defs, { immutable: true }));
}

/**
 * The JSON Schema of signature schemes, and the types of a scheme and of a preset.
 *
 * @returns {Promise<[name: string, text: string]>}
 */
export async function schemeFile() {
	const Scheme = await schemaOf("scheme");
	const { $defs, ...Preset } = JSON.parse(
		JSON.stringify(await schemaOf("preset")).replaceAll(
			"#/$defs/",
			"#/components/schemas/",
		),
	);
	const types = await typesOfSchemas(
		{ ...$defs, Scheme, Preset },
		{ immutable: true },
	);
	return [
		"scheme.ts",
		`${header}import type { JsonSchema } from "../schema-problems.ts";

${types}
export const schemeSchema: JsonSchema = ${JSON.stringify(Scheme, null, "\t")};
`,
	];
}

/** @param {string} name of a file of fixtures */
export async function schemaOf(name) {
	const file = new URL(`fixtures/${name}.yaml`, root);
	return parse(await readFile(file, "utf8"));
}

/**
 * @param {Record<string, import("openapi-typescript").SchemaObject>} schemas
 * @param {import("openapi-typescript").OpenAPITSOptions} [more]
 */
async function typesOfSchemas(schemas, more) {
	const nodes = await openapi(
		{
			openapi: "3.1.0",
			info: { title: "Schemas", version: "1" },
			paths: {},
			components: { schemas },
		},
		{ ...settings, ...more },
	);
	return astToString(nodes);
}

/** @param {string} id */
async function typesOf(id) {
	const document = await withRecords(id, await documentOf(id));
	const nodes = await openapi(withEvents(document), settings);
	const kept = nodes.filter(
		(node) => ts.isInterfaceDeclaration(node) && wanted.has(node.name.text),
	);
	return `${header}${astToString(kept)}${filledOf(document)}`;
}

/**
 * The parameters of queries that have a default, by operation: a provider always finds them in a call.
 *
 * @param {any} document
 */
function filledOf({ paths, components }) {
	const members = Object.values(paths)
		.flatMap((item) => Object.values(item))
		.map(({ operationId, parameters = [] }) => {
			const names = parameters
				.map((/** @type {any} */ each) =>
					each.$ref ? components.parameters[each.$ref.split("/").at(-1)] : each,
				)
				.filter(
					(/** @type {any} */ each) =>
						each.in === "query" && each.schema.default !== undefined,
				)
				.map((/** @type {any} */ { name }) => JSON.stringify(name));
			return [operationId, names.join(" | ")];
		})
		.filter(([, names]) => names !== "");
	const lines = members.map(([id, names]) => `    "${id}": ${names};\n`);
	return `export interface filled {\n${lines.join("")}}\n`;
}

/** `paths` and `webhooks` say once more what these do, at twice the length. */
const wanted = new Set(["components", "operations"]);

/**
 * The bodies of the deliveries as the properties of one schema, so that one look-up finds the body of an event type.
 *
 * @param {import("openapi-typescript").OpenAPI3} document
 */
function withEvents(document) {
	const events = Object.entries(document.webhooks ?? {}).map(([type, item]) => {
		const { summary, requestBody } = /** @type {any} */ (item).post;
		const { schema } = requestBody.content["application/json"];
		const body = merged(schema, document.components?.schemas);
		return [type, { description: summary, allOf: [body] }];
	});
	const { webhooks: _, ...rest } = document;
	return {
		...rest,
		paths: withoutFilled(document),
		components: {
			...document.components,
			schemas: {
				...document.components?.schemas,
				Events: {
					type: "object",
					required: events.map(([type]) => type),
					properties: Object.fromEntries(events),
				},
			},
		},
	};
}

/**
 * An `allOf` of plain objects as one object, in which what comes later says more of a property: an intersection would
 * let every name pass wherever one of its parts is an object of which nothing is said.
 *
 * @param {any} schema
 * @param {any} schemas
 */
function merged(schema, schemas) {
	if (schema.allOf === undefined) return schema;
	const parts = schema.allOf.map((/** @type {any} */ part) =>
		part.$ref ? schemas[part.$ref.split("/").at(-1)] : part,
	);
	return {
		type: "object",
		required: [
			...new Set(
				parts.flatMap((/** @type {any} */ part) => part.required ?? []),
			),
		],
		properties: Object.assign(
			{},
			...parts.map((/** @type {any} */ part) => plainObject(part).properties),
		),
	};
}

/** @param {any} schema */
function plainObject(schema) {
	const known = [
		"type",
		"description",
		"required",
		"properties",
		"example",
		"examples",
	];
	const other = Object.keys(schema).find((word) => !known.includes(word));
	if (other === undefined) return schema;
	throw new Error(
		`Failed to write the type of an event: its body combines schemas, one of them with "${other}". Teach scripts/types.js to merge that.`,
	);
}

/**
 * What of a path has a default, such as the version, nobody has to give.
 *
 * @param {any} document
 */
function withoutFilled({ paths, components }) {
	const isFilled = (/** @type {any} */ parameter) => {
		const { in: place, schema } = parameter.$ref
			? components.parameters[parameter.$ref.split("/").at(-1)]
			: parameter;
		return place === "path" && schema.default !== undefined;
	};
	const without = (/** @type {any} */ value) =>
		value?.parameters === undefined
			? value
			: {
					...value,
					parameters: value.parameters.filter(
						(/** @type {any} */ each) => !isFilled(each),
					),
				};
	return mapValues(paths, (item) =>
		mapValues(without(item), (value) => without(value)),
	);
}

/**
 * @param {object} record
 * @param {(value: any, key: string) => any} map
 */
export function mapValues(record, map) {
	return Object.fromEntries(
		Object.entries(record).map(([key, value]) => [key, map(value, key)]),
	);
}

/** @param {readonly string[]} ids */
function mapOf(ids) {
	const imports = ids.flatMap((id) => [
		`import type * as ${nameOf(id)}Document from "./${id}.ts";`,
		`import type ${nameOf(id)} from "../providers/${id}/index.ts";`,
	]);
	const members = ids.map(
		(id) =>
			`	${JSON.stringify(id)}: { events: ${nameOf(id)}Document.components["schemas"]["Events"]; operations: ${nameOf(id)}Document.operations; provider: typeof ${nameOf(id)} };`,
	);
	return [
		header.trim(),
		...imports,
		"",
		"export interface ProviderTypes {",
		...members,
		"}",
		"",
	].join("\n");
}

/** @param {string} id kebab-case */
function nameOf(id) {
	return id.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase());
}
