import type { ErrorObject, ValidateFunction } from "ajv";
import { maskUrl } from "../mask-url.ts";
import { didYouMean } from "../nearest.ts";
import type { Path, PlacedProblem } from "../problem.ts";
import type { JsonSchema } from "./kinds.ts";

const validators = new WeakMap<JsonSchema, ValidateFunction>();

/**
 * Where a value is not what a schema says.
 *
 * @param isSecret whether no message may repeat what stands below a path's first name
 */
export async function schemaProblems(
	value: unknown,
	schema: JsonSchema,
	isSecret: (name: string | undefined) => boolean = () => false,
): Promise<PlacedProblem[]> {
	const validate = validators.get(schema) ?? (await compiled(schema));
	validators.set(schema, validate);
	if (validate(value)) return [];
	return (validate.errors ?? []).map((error) => problemOf(error, isSecret));
}

async function compiled(schema: JsonSchema): Promise<ValidateFunction> {
	const { Ajv2020 } = await import("ajv/dist/2020.js");
	const ajv = new Ajv2020({
		strict: false,
		allErrors: true,
		verbose: true,
		ownProperties: true,
		// The schemas are ours; to compile the one that they are held against takes longer than the rest.
		validateSchema: false,
		meta: false,
	});
	return ajv.compile(schema);
}

function problemOf(
	error: ErrorObject,
	isSecret: (name: string | undefined) => boolean,
): PlacedProblem {
	const path = toPath(error.instancePath);
	const { keyword, params, data } = error;
	if (keyword === "additionalProperties") {
		const name = String(params.additionalProperty);
		const known = Object.keys(
			(error.parentSchema as { properties?: object }).properties ?? {},
		).filter((each) => !each.startsWith("$"));
		return {
			path: [...path, name],
			name: true,
			message: `there is no such setting.${didYouMean(name, known)} Choose one of ${known.join(", ")}.`,
		};
	}
	if (keyword === "required")
		return { path, message: `it has no "${params.missingProperty}"` };
	if (keyword === "enum") {
		const known: string[] = params.allowedValues;
		return {
			path,
			message: `${shown(data)} is not known here.${didYouMean(String(data), known)} Choose one of ${known.join(", ")}.`,
		};
	}
	const found = isSecret(path[0]) ? kindOf(data) : shown(data);
	return { path, message: `${expectation(error)}, not ${found}` };
}

function expectation({ keyword, params, parentSchema }: ErrorObject): string {
	const { minimum, maximum } = (parentSchema ?? {}) as {
		minimum?: number;
		maximum?: number;
	};
	const range =
		minimum === undefined || maximum === undefined
			? ""
			: ` from ${minimum} to ${maximum}`;
	switch (keyword) {
		case "type":
			return `it must be ${[params.type as string]
				.flat()
				.map((name) => typeNames[name] ?? name)
				.join(" or ")}${range}`;
		case "minimum":
		case "maximum":
			return `it must be a number${range || ` ${params.comparison} ${params.limit}`}`;
		case "minLength":
		case "minItems":
			return "it must hold something";
		case "maxLength":
		case "maxItems":
			return `it must hold ${params.limit} at the most`;
		default:
			return "it must be what the schema says";
	}
}

const typeNames: Readonly<Record<string, string>> = {
	string: "text in quotes",
	integer: "a whole number",
	number: "a number",
	boolean: "true or false",
	array: "a list",
	object: "a table of names",
};

function shown(value: unknown): string {
	switch (typeof value) {
		case "string":
			return JSON.stringify(maskUrl(value).slice(0, 100));
		case "object":
		case "function":
			return kindOf(value);
		default:
			return String(value);
	}
}

function kindOf(value: unknown): string {
	if (Array.isArray(value)) return value.length === 0 ? "[]" : "a list";
	if (value === null) return "empty";
	if (value === "") return '""';
	return typeof value === "object" ? "a table" : `a ${typeof value}`;
}

function toPath(pointer: string): Path {
	return pointer
		.split("/")
		.slice(1)
		.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}
