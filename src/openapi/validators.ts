import { createRequire } from "node:module";
import type { ErrorObject, Options, ValidateFunction } from "ajv";
import type * as Ajv2020Module from "ajv/dist/2020.js";
import type * as FormatsModule from "ajv-formats";
import type { Violation } from "../contract/failure.ts";
import { stepsOf } from "../json.ts";
import {
	type ApiDelivery,
	type ApiDocument,
	type ApiOperation,
	deliveriesOf,
	type Media,
	operationsOf,
	type Parameter,
} from "./operations.ts";

/** Checks that the build has compiled, by where their schemas stand in the document. */
export type Checks = Readonly<Record<string, ValidateFunction>>;

export interface RequestParts {
	readonly path: Readonly<Record<string, unknown>>;
	readonly query: Readonly<Record<string, unknown>>;
	readonly headers: Readonly<Record<string, unknown>>;
}

export interface Documented {
	readonly document: ApiDocument;
	/** Compiled by the build, which has validated the document, so that this is read only when it is needed. */
	readonly checks?: () => Checks;
}

export interface Reading {
	readonly operations: readonly ApiOperation[];
	readonly validators: Validators;
	readonly deliveries: ReadonlyMap<string, ApiDelivery>;
}

const readings = new WeakMap<ApiDocument, Reading>();

/** Worked out once for all engines that play the document: to compile its schemas is most of an engine's start. */
export function readingOf({ document, checks }: Documented): Reading {
	const known = readings.get(document);
	if (known !== undefined) return known;
	let deliveries: Map<string, ApiDelivery> | undefined;
	const reading: Reading = {
		operations: operationsOf(document),
		validators: createValidators(document, checks),
		get deliveries() {
			deliveries ??= deliveriesOf(document);
			return deliveries;
		},
	};
	readings.set(document, reading);
	return reading;
}

export const rules: Options = {
	strict: false,
	allErrors: true,
	validateSchema: false,
	meta: false,
	// An error tells which names its schema knows.
	verbose: true,
};

/** Required, not imported, so that the library is loaded for the first schema to compile, and callers need not wait. */
const require = createRequire(import.meta.url);

export function createCompiler(document: ApiDocument, options?: Options) {
	const { Ajv2020 } = require("ajv/dist/2020.js") as typeof Ajv2020Module;
	const formats = require("ajv-formats") as typeof FormatsModule.default;
	const ajv = new Ajv2020({ ...rules, ...options });
	formats.default(ajv);
	ajv.addSchema(document, "document");
	return {
		compile: (schema: object): ValidateFunction => ajv.compile(schema),
		at: (pointer: string) =>
			ajv.getSchema(referenceTo(pointer).$ref) as ValidateFunction,
	};
}

/** In a reference, which is a URI, a per cent sign is written %25. */
export function referenceTo(pointer: string): { $ref: string } {
	return { $ref: `document${pointer.replaceAll("%", "%25")}` };
}

/** More of what is wrong with one body helps nobody, and would be an answer longer than the question. */
const mostTold = 100;

export type Validators = ReturnType<typeof createValidators>;

/** The checks of one document. For those in `built`, the compiler is not loaded, which would take a fifth of a start. */
export function createValidators(
	document: ApiDocument,
	built: () => Checks = () => ({}),
) {
	const ofParameters = new Map<ApiOperation | ApiDelivery, ValidateFunction>();
	let forBodies: ReturnType<typeof createCompiler> | undefined;
	let forForms: typeof forBodies;

	const compilerOf = () => (forBodies ??= createCompiler(document));
	const at = (pointer: string) => built()[pointer] ?? compilerOf().at(pointer);
	function bodyViolations(
		find: (pointer: string) => ValidateFunction,
		schema: Media | string,
		value: unknown,
	): Violation[] {
		const pointer =
			typeof schema === "string" ? pointerTo(schema) : schema.schema;
		if (pointer === undefined) return [];
		return (
			errorsOf(find(pointer), value)
				// What failed below `then` or `else` is told by itself.
				.filter(({ keyword }) => keyword !== "if")
				.slice(0, mostTold)
				.map((error) => violation("body", error, pathOf(error)))
		);
	}
	function parameterViolations(
		owner: ApiOperation | ApiDelivery,
		parameters: readonly Parameter[],
		parts: object,
	): Violation[] {
		if (parameters.length === 0) return [];
		let validate = ofParameters.get(owner);
		if (validate === undefined) {
			validate = compilerOf().compile(parametersSchema(parameters));
			ofParameters.set(owner, validate);
		}
		return errorsOf(validate, parts).map((error) => {
			const [group = "", ...path] = pathOf(error);
			const place = group === "headers" ? "header" : group;
			return violation(place as Violation["in"], error, path);
		});
	}

	return {
		parameters: (operation: ApiOperation, parts: RequestParts) =>
			parameterViolations(operation, operation.parameters, parts),
		/** A value against a media type of the document, or against a component schema by name. */
		body: (schema: Media | string, value: unknown) =>
			bodyViolations(at, schema, value),
		/** The same for the fields of a form, where everything is text: what the schema wants otherwise is turned into it. */
		form(schema: Media | string, fields: object) {
			forForms ??= createCompiler(document, { coerceTypes: "array" });
			return bodyViolations(forForms.at, schema, fields);
		},
		problemOf(component: string, value: unknown): string | undefined {
			const problem = firstProblem(at(pointerTo(component)), value);
			if (problem === undefined) return undefined;
			const { path, message } = problem;
			return path.length === 0 ? message : `${path.join(".")} ${message}`;
		},
		delivery(
			spec: ApiDelivery,
			headers: Readonly<Record<string, unknown>>,
			payload: unknown,
		) {
			const lower = Object.fromEntries(
				Object.entries(headers).map(([name, value]) => [
					name.toLowerCase(),
					value,
				]),
			);
			return [
				...parameterViolations(spec, spec.headers, { headers: lower }),
				...bodyViolations(at, spec.body, payload),
			];
		},
	};
}

function pointerTo(component: string): string {
	return `#/components/schemas/${component}`;
}

function errorsOf(validate: ValidateFunction, value: unknown): ErrorObject[] {
	return validate(value) ? [] : (validate.errors ?? []);
}

/** @param described whether the schemas' descriptions say what a value must be */
export function firstProblem(
	validate: ValidateFunction,
	value: unknown,
	described = false,
): { readonly path: readonly string[]; readonly message: string } | undefined {
	const [error] = errorsOf(validate, value);
	if (error === undefined) return undefined;
	const { keyword, parentSchema, propertyName } = error;
	const path = pathOf(error);
	if (propertyName !== undefined) path.push(propertyName);
	const what =
		described && keyword !== "required" ? parentSchema?.description : undefined;
	const message = what === undefined ? sentence(error) : `must be ${what}`;
	return { path, message };
}

const groups = { path: "path", query: "query", header: "headers" } as const;

/** One schema over all parameters of an operation; header names compare in lower case. */
function parametersSchema(parameters: readonly Parameter[]): object {
	const properties: Record<
		string,
		{ type: "object"; properties: Record<string, unknown>; required: string[] }
	> = {};
	for (const parameter of parameters) {
		const group = groups[parameter.in];
		properties[group] ??= { type: "object", properties: {}, required: [] };
		const name =
			parameter.in === "header" ? parameter.name.toLowerCase() : parameter.name;
		properties[group].properties[name] = absolute(parameter.schema);
		if (parameter.required) properties[group].required.push(name);
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

function violation(
	place: Violation["in"],
	error: ErrorObject,
	path: readonly string[],
): Violation {
	return {
		in: place,
		field: path.join("."),
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

function pathOf({ instancePath, keyword, params }: ErrorObject): string[] {
	const path = stepsOf(instancePath);
	return keyword === "required" ? [...path, params.missingProperty] : path;
}

function sentence({ keyword, params, message }: ErrorObject): string {
	switch (keyword) {
		case "required":
			return "is required";
		case "enum":
			return `must be one of ${params.allowedValues.map((value: unknown) => JSON.stringify(value)).join(", ")}`;
		case "const":
			return `must be ${JSON.stringify(params.allowedValue)}`;
		case "additionalProperties":
			return `must NOT have additional properties such as ${JSON.stringify(String(params.additionalProperty).slice(0, 100))}`;
		default:
			return message ?? "is not valid";
	}
}
