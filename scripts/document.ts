import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { LocalhookError } from "../src/errors.ts";
import { isObject } from "../src/json.ts";
import type { ApiDocument } from "../src/openapi/operations.ts";
import { Place } from "../src/openapi/pointer.ts";

/** Reads an OpenAPI document in YAML, of which the build makes a module. */
export async function readDocument(file: URL): Promise<ApiDocument> {
	return parseDocument(await readFile(file, "utf8"), file.pathname);
}

/**
 * The same from text; the name is only for the error.
 *
 * @throws LocalhookError `invalid-document`
 */
export async function parseDocument(
	text: string,
	name: string,
): Promise<ApiDocument> {
	const value = parsed(text, name);
	const version = isObject(value) ? value.openapi : undefined;
	if (!isObject(value) || !/^3\.1\./.test(String(version)))
		throw new LocalhookError(
			"invalid-document",
			`Failed to read ${name}: "openapi" is ${JSON.stringify(version)}. Give an OpenAPI 3.1 document.`,
		);
	const grammar = await readGrammar();
	checkPlace(new Place(value, "#", value), "document", grammar);
	return value as unknown as ApiDocument;
}

function parsed(text: string, name: string): unknown {
	try {
		return parse(text);
	} catch (error) {
		throw new LocalhookError(
			"invalid-document",
			`Failed to read ${name}: ${(error as Error).message}. Give a YAML or JSON document.`,
			{ cause: error },
		);
	}
}

/** What may stand under a keyword: one kind of object, a list of them, or a map under names of the author's own. */
type Slot = string | { readonly list: string } | { readonly map: string };

/** What fixtures/openapi-grammar.yaml says, by kind of object. */
interface Grammar {
	readonly [kind: string]: {
		readonly plain: string;
		readonly nested?: Readonly<Record<string, Slot>>;
	};
}

async function readGrammar(): Promise<Grammar> {
	const file = new URL("../fixtures/openapi-grammar.yaml", import.meta.url);
	return parse(await readFile(file, "utf8"));
}

/** Refuses a document that says something localhook would silently not do, with the JSON pointer of the keyword. */
function checkPlace(
	place: Place<unknown>,
	kind: string,
	grammar: Grammar,
): void {
	const { value } = place;
	if (kind === "schema" && typeof value === "boolean") return;
	if (!isObject(value)) throw place.refusal(`a ${kind} is expected there`);
	if (typeof value.$ref === "string") {
		place.end();
		const beside = Object.keys(value).find(
			(key) => !["$ref", "summary", "description"].includes(key),
		);
		if (beside === undefined) return;
		if (kind !== "schema")
			throw place
				.below(beside, value[beside])
				.refusal(`"${beside}" stands beside a $ref`);
	}
	const { plain = "", nested = {} } = grammar[kind] ?? {};
	for (const [key, child] of Object.entries(value)) {
		if (key === "$ref" || key.startsWith("x-")) continue;
		const below = place.below(key, child);
		const slot = Object.hasOwn(nested, key) ? nested[key] : undefined;
		if (slot !== undefined) checkSlot(below, slot, grammar);
		else if (!plain.split(" ").includes(key))
			throw below.refusal(`the keyword "${key}" of a ${kind} is not supported`);
	}
}

function checkSlot(place: Place<unknown>, slot: Slot, grammar: Grammar): void {
	if (typeof slot === "string") {
		checkPlace(place, slot, grammar);
		return;
	}
	const { value } = place;
	const isMap = "map" in slot;
	if (isMap ? !isObject(value) : !Array.isArray(value))
		throw place.refusal(`a ${isMap ? "map" : "list"} is expected there`);
	for (const [key, child] of Object.entries(value as object))
		checkPlace(place.below(key, child), isMap ? slot.map : slot.list, grammar);
}
