import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ErrorObject, ValidateFunction } from "ajv";
import type { Violation } from "../contract/failure.ts";
import { type Checks, type Compiler, createCompiler } from "./compiler.ts";
import type { ApiDocument } from "./document.ts";
import type {
	ApiDelivery,
	ApiOperation,
	Media,
	Parameter,
} from "./operations.ts";

/** What a request carries, in the form its parameters and body schemas speak of. */
export interface RequestParts {
	readonly path: Readonly<Record<string, unknown>>;
	readonly query: Readonly<Record<string, unknown>>;
	readonly headers: Readonly<Record<string, unknown>>;
}

/** The checks a document's schemas make, each compiled when it is first needed. */
export interface Validators {
	parameters(operation: ApiOperation, parts: RequestParts): Violation[];
	/** A value against a media type of the document, or against a component schema by name. */
	body(schema: Media | string, value: unknown): Violation[];
	/** The same for the fields of a form, where everything is text: what the schema wants otherwise is turned into it. */
	form(schema: Media | string, fields: object): Violation[];
	/** A component schema for any library that takes Standard Schemas. */
	standardSchema(
		component: string,
	): StandardSchemaV1<unknown, Record<string, unknown>>;
	delivery(
		spec: ApiDelivery,
		headers: Readonly<Record<string, unknown>>,
		payload: unknown,
	): Violation[];
}

/** More of what is wrong with one body helps nobody, and would be an answer longer than the question. */
const mostTold = 100;

/** The checks of one document. For those in `built`, the compiler is not loaded, which would take a fifth of a start. */
export function createValidators(
	document: ApiDocument,
	built: () => Checks = () => ({}),
): Validators {
	const compiledParameters = new Map<
		ApiOperation | ApiDelivery,
		ValidateFunction
	>();
	let usual: Compiler | undefined;
	let forForms: Compiler | undefined;

	const compilerOf = () => (usual ??= createCompiler(document));
	const at = (pointer: string) => built()[pointer] ?? compilerOf().at(pointer);
	function bodyViolations(
		find: (pointer: string) => ValidateFunction,
		schema: Media | string,
		value: unknown,
	): Violation[] {
		const pointer =
			typeof schema === "string"
				? `#/components/schemas/${schema}`
				: schema.schema;
		if (pointer === undefined) return [];
		return (
			errorsOf(find(pointer), value)
				// What failed below `then` or `else` is told by itself.
				.filter(({ keyword }) => keyword !== "if")
				.slice(0, mostTold)
				.map((error) => violation("body", error, 0))
		);
	}
	function parametersOf(
		owner: ApiOperation | ApiDelivery,
		parameters: readonly Parameter[],
	): ValidateFunction {
		let validate = compiledParameters.get(owner);
		if (validate === undefined) {
			validate = compilerOf().compile(parametersSchema(parameters));
			compiledParameters.set(owner, validate);
		}
		return validate;
	}

	return {
		parameters(operation, parts) {
			if (operation.parameters.length === 0) return [];
			const validate = parametersOf(operation, operation.parameters);
			return errorsOf(validate, parts).map(parameterViolation);
		},
		body: (schema, value) => bodyViolations(at, schema, value),
		form(schema, fields) {
			forForms ??= createCompiler(document, { coerceTypes: "array" });
			return bodyViolations(forForms.at, schema, fields);
		},
		standardSchema(name) {
			return {
				"~standard": {
					version: 1,
					vendor: "localhook",
					validate(value) {
						const validate = at(`#/components/schemas/${name}`);
						const issues = errorsOf(validate, value).map(toIssue);
						return issues.length > 0
							? { issues }
							: { value: value as Record<string, unknown> };
					},
				},
			};
		},
		delivery(spec, headers, payload) {
			const validate = parametersOf(spec, spec.headers);
			const lower = Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [
					name.toLowerCase(),
					value,
				]),
			);
			return [
				...errorsOf(validate, { headers: lower }).map(parameterViolation),
				...bodyViolations(at, spec.body, payload),
			];
		},
	};
}

function errorsOf(validate: ValidateFunction, value: unknown): ErrorObject[] {
	return validate(value) ? [] : (validate.errors ?? []);
}

const places = { path: "path", query: "query", header: "headers" } as const;

/** One schema over all parameters of an operation; header names compare in lower case. */
function parametersSchema(parameters: readonly Parameter[]): object {
	const properties: Record<
		string,
		{ type: "object"; properties: Record<string, unknown>; required: string[] }
	> = {};
	for (const parameter of parameters) {
		const place = places[parameter.in];
		properties[place] ??= { type: "object", properties: {}, required: [] };
		const name =
			parameter.in === "header" ? parameter.name.toLowerCase() : parameter.name;
		properties[place].properties[name] = absolute(parameter.schema);
		if (parameter.required) properties[place].required.push(name);
	}
	return { type: "object", properties };
}

/** A reference inside a schema that was lifted out of its document still means the document. */
function absolute(schema: unknown): unknown {
	if (Array.isArray(schema)) return schema.map(absolute);
	if (typeof schema !== "object" || schema === null) return schema;
	return Object.fromEntries(
		Object.entries(schema).map(([key, value]) => [
			key,
			key === "$ref" ? `document${value}` : absolute(value),
		]),
	);
}

function parameterViolation(error: ErrorObject): Violation {
	const place = error.instancePath.split("/")[1];
	return violation(
		place === "query" ? "query" : place === "headers" ? "header" : "path",
		error,
		1,
	);
}

function violation(
	place: Violation["in"],
	error: ErrorObject,
	skip: number,
): Violation {
	return {
		in: place,
		field: pathOf(error).slice(skip).join("."),
		keyword: error.keyword,
		message: sentence(error),
		...(error.keyword === "additionalProperties" && {
			unknown: {
				name: String(error.params.additionalProperty),
				known: Object.keys(error.parentSchema?.properties ?? {}),
			},
		}),
	};
}

function pathOf(error: ErrorObject): string[] {
	const path = error.instancePath
		.split("/")
		.slice(1)
		.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
	const missing =
		error.keyword === "required"
			? (error.params.missingProperty as string)
			: undefined;
	return missing === undefined ? path : [...path, missing];
}

function sentence(error: ErrorObject): string {
	if (error.keyword === "required") return "is required";
	if (error.keyword === "enum")
		return `must be one of ${error.params.allowedValues.map((value: unknown) => JSON.stringify(value)).join(", ")}`;
	if (error.keyword === "const")
		return `must be ${JSON.stringify(error.params.allowedValue)}`;
	if (error.keyword === "additionalProperties")
		return `must NOT have additional properties such as ${JSON.stringify(String(error.params.additionalProperty).slice(0, 100))}`;
	return error.message ?? "is not valid";
}

function toIssue(error: ErrorObject): StandardSchemaV1.Issue {
	return { message: sentence(error), path: pathOf(error) };
}
