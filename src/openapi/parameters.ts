import { LocalhookError } from "../errors.ts";
import type { ApiOperation } from "./operations.ts";
import { isObject } from "./pointer.ts";

/** Names that would reach an object's prototype. */
const forbidden = new Set(["__proto__", "constructor", "prototype"]);

/**
 * The query of a request by the parameters the document gives it: numbers and booleans are read as such, what is empty
 * is left out where the document allows empty values, defaults are filled in, and what does not read stays text, for the validator to refuse.
 */
export function readQuery(
	operation: ApiOperation,
	query: string,
): Record<string, unknown> {
	const values: Record<string, unknown> = {};
	if (query !== "") {
		for (const [name, text] of new URLSearchParams(query)) {
			if (forbidden.has(name)) {
				throw new LocalhookError(
					"invalid-request",
					`Failed to read the query: the name "${name}" is not allowed.`,
				);
			}
			const parameter = operation.parameters.find(
				(each) => each.in === "query" && each.name === name,
			);
			if (text === "" && parameter?.allowEmptyValue) continue;
			if (parameter === undefined) values[name] = text;
			else if (isOf(parameter.schema, "array")) {
				values[name] ??= [];
				(values[name] as unknown[]).push(
					readText(parameter.schema.items, text),
				);
			} else values[name] = readText(parameter.schema, text);
		}
	}
	for (const { in: place, name, schema } of operation.parameters) {
		if (place === "query" && schema.default !== undefined && !(name in values))
			values[name] = schema.default;
	}
	return values;
}

/** Path or header parameters, which come as texts, in the same way; others are left as they are. */
export function readTexts(
	operation: ApiOperation,
	place: "path" | "header",
	texts: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
	let values: Record<string, unknown> | undefined;
	for (const parameter of operation.parameters) {
		if (parameter.in !== place) continue;
		const name =
			place === "header" ? parameter.name.toLowerCase() : parameter.name;
		const text = texts[name];
		const value =
			typeof text === "string" ? readText(parameter.schema, text) : text;
		if (value === text) continue;
		values ??= { ...texts };
		values[name] = value;
	}
	return values ?? texts;
}

function readText(schema: unknown, text: string): unknown {
	if (isOf(schema, "boolean")) {
		// Python and Go clients write `True` and `true`; providers take both.
		const lower = text.toLowerCase();
		if (lower === "true" || lower === "false") return lower === "true";
	}
	if (isOf(schema, "integer") || isOf(schema, "number")) {
		if (/^-?\d{1,15}(\.\d{1,15})?$/.test(text)) return Number(text);
	}
	return text;
}

function isOf(schema: unknown, type: string): boolean {
	const given = isObject(schema) ? schema.type : undefined;
	return given === type || (Array.isArray(given) && given.includes(type));
}
