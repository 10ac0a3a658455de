import type { OpenAPIV3_1 } from "openapi-types";
import { LocalhookError } from "../errors.ts";
import { readUserFile } from "../user-file.ts";
import { endOf, escapePointer, isObject, refusal } from "./pointer.ts";

/** An OpenAPI 3.1 document whose every keyword is understood. */
export type ApiDocument = OpenAPIV3_1.Document;

/**
 * Reads an OpenAPI document, YAML or JSON, 3.1 or 3.0.
 *
 * @throws LocalhookError `invalid-document`
 * @example
 * const document = await readDocument(new URL("../openapi/prolific.yaml", import.meta.url))
 */
export async function readDocument(file: URL): Promise<ApiDocument> {
	return parseDocument(contentOf(file), file.pathname);
}

/** KiB. The largest public documents have a fifth of this. */
const most = 64 * 1024;

function contentOf(file: URL): string {
	try {
		return readUserFile(file, most).toString();
	} catch (error) {
		throw new LocalhookError(
			"invalid-document",
			`Failed to read ${file.pathname}: ${(error as Error).message}. Give the URL of a YAML or JSON document.`,
			{ cause: error },
		);
	}
}

/** The same from text; the name is only for the error. */
export async function parseDocument(
	text: string,
	name: string,
): Promise<ApiDocument> {
	const value = await parse(text, name);
	const version = isObject(value) ? value.openapi : undefined;
	if (
		!isObject(value) ||
		typeof version !== "string" ||
		!/^3\.[01]\./.test(version)
	) {
		throw new LocalhookError(
			"invalid-document",
			`Failed to read ${name}: "openapi" is ${JSON.stringify(version)}. Give an OpenAPI 3.1 or 3.0 document.`,
		);
	}
	const document = version.startsWith("3.0.") ? await upgrade(value) : value;
	checkObject(document, document, "document", "#");
	return document as ApiDocument;
}

async function parse(text: string, name: string): Promise<unknown> {
	try {
		// Trimming also takes the byte order mark that JSON.parse stumbles over.
		const trimmed = text.trimStart();
		if (trimmed.startsWith("{")) return JSON.parse(trimmed);
		const yaml = await import("yaml");
		return yaml.parse(text);
	} catch (error) {
		throw new LocalhookError(
			"invalid-document",
			`Failed to read ${name}: ${(error as Error).message}. Give a YAML or JSON document.`,
			{ cause: error },
		);
	}
}

async function upgrade(
	document: Record<string, unknown>,
): Promise<Record<string, unknown>> {
	const { upgradeFromThreeToThreeOne } = await import(
		"@scalar/openapi-upgrader/3.0-to-3.1"
	);
	return upgradeFromThreeToThreeOne(document) as Record<string, unknown>;
}

/** What may stand under a keyword: one kind of object, a list of them, or a map under names of the author's own. */
type Slot = string | { readonly list: string } | { readonly map: string };

interface Grammar {
	/** Keywords whose value is taken as it is, in one space-separated line. */
	readonly plain: string;
	readonly nested?: Readonly<Record<string, Slot>>;
}

const media = { map: "mediaType" };
const schemas = { map: "schema" };

function each(keywords: string, slot: Slot): Record<string, Slot> {
	return Object.fromEntries(keywords.split(" ").map((key) => [key, slot]));
}

/** OpenAPI 3.1 as far as localhook understands it; anything else in a document is refused by name. */
const grammar: Readonly<Record<string, Grammar>> = {
	document: {
		plain: "openapi info jsonSchemaDialect security tags externalDocs",
		nested: {
			servers: { list: "server" },
			paths: { map: "pathItem" },
			webhooks: { map: "pathItem" },
			components: "components",
		},
	},
	server: { plain: "url description" },
	components: {
		plain: "examples",
		nested: {
			schemas,
			parameters: { map: "parameter" },
			headers: { map: "header" },
			responses: { map: "response" },
			requestBodies: { map: "requestBody" },
			pathItems: { map: "pathItem" },
			securitySchemes: { map: "securityScheme" },
		},
	},
	securityScheme: { plain: "type description name in scheme bearerFormat" },
	pathItem: {
		plain: "summary description",
		nested: {
			parameters: { list: "parameter" },
			get: "operation",
			put: "operation",
			post: "operation",
			delete: "operation",
			options: "operation",
			head: "operation",
			patch: "operation",
		},
	},
	operation: {
		plain:
			"operationId summary description tags externalDocs deprecated security",
		nested: {
			parameters: { list: "parameter" },
			requestBody: "requestBody",
			responses: { map: "response" },
		},
	},
	parameter: {
		plain:
			"name in description required deprecated allowEmptyValue example examples",
		nested: { schema: "schema" },
	},
	header: {
		plain: "description required deprecated example examples",
		nested: { schema: "schema" },
	},
	requestBody: { plain: "description required", nested: { content: media } },
	response: {
		plain: "description",
		nested: { headers: { map: "header" }, content: media },
	},
	mediaType: { plain: "example examples", nested: { schema: "schema" } },
	schema: {
		plain:
			"$comment title description externalDocs default deprecated readOnly writeOnly example examples " +
			"type enum const format minLength maxLength pattern minimum maximum exclusiveMinimum exclusiveMaximum " +
			"multipleOf required dependentRequired minProperties maxProperties minItems maxItems uniqueItems " +
			"minContains maxContains contentMediaType contentEncoding",
		nested: {
			...each("properties patternProperties dependentSchemas", schemas),
			...each("prefixItems allOf anyOf oneOf", { list: "schema" }),
			...each("items contains unevaluatedItems propertyNames", "schema"),
			...each("additionalProperties unevaluatedProperties", "schema"),
			...each("not if then else", "schema"),
		},
	},
};

/** Refuses a document that says something localhook would silently not do, with the JSON pointer of the keyword. */
function checkObject(
	document: object,
	value: unknown,
	kind: string,
	pointer: string,
): void {
	if (kind === "schema" && typeof value === "boolean") return;
	if (!isObject(value)) throw refusal(pointer, `a ${kind} is expected there`);
	if (typeof value.$ref === "string") {
		endOf(document, { pointer, value });
		const beside = Object.keys(value).find(
			(key) => !["$ref", "summary", "description"].includes(key),
		);
		if (beside === undefined) return;
		if (kind !== "schema")
			throw refusal(`${pointer}/${beside}`, `"${beside}" stands beside a $ref`);
	}
	const { plain, nested = {} } = grammar[kind] as Grammar;
	for (const [key, child] of Object.entries(value)) {
		if (key === "$ref" || key.startsWith("x-")) continue;
		const place = `${pointer}/${escapePointer(key)}`;
		if (Object.hasOwn(nested, key))
			checkSlot(document, child, nested[key] as Slot, place);
		else if (!plain.split(" ").includes(key)) {
			throw refusal(
				place,
				`the keyword "${key}" of a ${kind} is not supported`,
			);
		}
	}
}

function checkSlot(
	document: object,
	value: unknown,
	slot: Slot,
	pointer: string,
): void {
	if (typeof slot === "string") {
		checkObject(document, value, slot, pointer);
	} else if ("map" in slot) {
		if (!isObject(value)) throw refusal(pointer, "a map is expected there");
		for (const [key, child] of Object.entries(value)) {
			checkObject(
				document,
				child,
				slot.map,
				`${pointer}/${escapePointer(key)}`,
			);
		}
	} else {
		if (!Array.isArray(value))
			throw refusal(pointer, "a list is expected there");
		for (const [index, child] of value.entries())
			checkObject(document, child, slot.list, `${pointer}/${index}`);
	}
}
