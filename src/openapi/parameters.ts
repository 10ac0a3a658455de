import { LocalhookError } from "../errors.ts";
import type { ApiOperation, Parameter } from "./operations.ts";

/** Names that would reach an object's prototype. */
const forbidden = new Set(["__proto__", "constructor", "prototype"]);

/**
 * The query of a request by the parameters the document gives it: numbers and booleans are read as such,
 * defaults are filled in, and what does not read stays text, for the validator to refuse.
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
			if (parameter?.schema.type === "array") {
				values[name] = [
					...((values[name] as unknown[] | undefined) ?? []),
					text,
				];
			} else {
				values[name] = parameter === undefined ? text : coerce(parameter, text);
			}
		}
	}
	for (const { in: place, name, schema } of operation.parameters) {
		if (place === "query" && schema.default !== undefined && !(name in values))
			values[name] = schema.default;
	}
	return values;
}

function coerce({ schema }: Parameter, text: string): unknown {
	if (schema.type === "boolean") {
		// Python and Go clients write `True` and `true`; providers take both.
		const lower = text.toLowerCase();
		return lower === "true" ? true : lower === "false" ? false : text;
	}
	if (schema.type === "integer" || schema.type === "number") {
		return /^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : text;
	}
	return text;
}
