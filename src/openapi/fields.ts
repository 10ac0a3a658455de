import { isObject } from "../json.ts";
import type { ApiDocument } from "./operations.ts";
import { lookUp } from "./pointer.ts";

type Schema = Readonly<Record<string, unknown>>;

/** The fields that a schema knows below one place. References are followed, and what is below is read when asked for. */
export interface Fields {
	/** Any name may be there: the schema says so, or says nothing of what is inside. */
	readonly isOpen: boolean;
	readonly names: readonly string[];
	/** The types that a value may have there; empty: every type. */
	readonly types: readonly string[];
	/** The only values that may be there; undefined: any. */
	readonly values: readonly unknown[] | undefined;
	/** What is known of a name, or of the items of a list; undefined: nothing, so anything may be there. */
	inside(step: string | number): Fields | undefined;
}

/** References that lead back to themselves would be followed for ever. */
const deepest = 20;

/** One way that a value may be: schemas without references and choices, which all hold. */
type Way = readonly Schema[];

export function fieldsOf(document: ApiDocument, schema: unknown): Fields {
	return read(document, waysOf(document, [schema]));
}

function read(document: ApiDocument, ways: readonly Way[]): Fields {
	const names = new Set(ways.flat().flatMap((part) => keysOf(part.properties)));
	/** By name; under 0 all items of a list, which are alike; under undefined all names that are not among the known ones. */
	const known = new Map<string | 0 | undefined, Fields | undefined>();
	function inside(step: string | number): Fields | undefined {
		const below = ways
			.map((way) => way.flatMap((part) => schemasAt(part, step)))
			.filter((schemas) => schemas.length > 0)
			.flatMap((schemas) => waysOf(document, schemas));
		return below.length === 0 ? undefined : read(document, below);
	}
	const values = ways.map(valuesOf);
	return {
		names: [...names],
		// Beside a text or null, an object of which nothing is said may hold any name.
		isOpen: ways.some(isLoose) || ways.every(saysNothing),
		types: [...new Set(ways.flat().flatMap(typesOf))],
		values: values.includes(undefined)
			? undefined
			: values.flatMap((each) => each ?? []),
		inside(step) {
			const key =
				typeof step === "number" ? 0 : names.has(step) ? step : undefined;
			if (!known.has(key)) known.set(key, inside(step));
			return known.get(key);
		},
	};
}

/** Every way that a value may be of which all schemas hold: with what they refer to, and one of each choice. */
function waysOf(
	document: ApiDocument,
	schemas: readonly unknown[],
	depth = 0,
): readonly Way[] {
	return schemas
		.map((each) => waysOfOne(document, each, depth))
		.reduce(together, [[]]);
}

function waysOfOne(
	document: ApiDocument,
	schema: unknown,
	depth: number,
): readonly Way[] {
	if (!isObject(schema) || depth > deepest) return [[]];
	const { $ref, allOf } = schema;
	const target = typeof $ref === "string" ? [lookUp(document, $ref, "#")] : [];
	const conditions = [...target, ...listOf(allOf)];
	return [schema.anyOf, schema.oneOf]
		.map(listOf)
		.filter((choice) => choice.length > 0)
		.map((choice) =>
			choice.flatMap((one) => waysOfOne(document, one, depth + 1)),
		)
		.reduce(
			together,
			together([[schema]], waysOf(document, conditions, depth + 1)),
		);
}

function together(some: readonly Way[], others: readonly Way[]): Way[] {
	return some.flatMap((one) => others.map((other) => [...one, ...other]));
}

function schemasAt(
	{ properties, items, additionalProperties }: Schema,
	step: string | number,
): readonly unknown[] {
	if (typeof step === "number") return isObject(items) ? [items] : [];
	if (isObject(properties) && Object.hasOwn(properties, step))
		return [properties[step]];
	return isObject(additionalProperties) ? [additionalProperties] : [];
}

function saysNothing(way: Way): boolean {
	return way.every(
		({ properties, additionalProperties }) =>
			keysOf(properties).length === 0 && additionalProperties !== false,
	);
}

/** It is an object of its own, with whatever inside. */
function isLoose(way: Way): boolean {
	const saysOpen = way.some(
		({ additionalProperties, patternProperties }) =>
			additionalProperties === true ||
			isObject(additionalProperties) ||
			isObject(patternProperties),
	);
	return (
		saysOpen ||
		(saysNothing(way) && way.some((part) => typesOf(part).includes("object")))
	);
}

function typesOf({ type, const: only, enum: some }: Schema): readonly string[] {
	if (type !== undefined) return [type].flat() as string[];
	const values = only !== undefined ? [only] : Array.isArray(some) ? some : [];
	return values.map((value) => (value === null ? "null" : typeof value));
}

function valuesOf(way: Way): readonly unknown[] | undefined {
	const isNullable = way.some(
		(part) => part.nullable === true || typesOf(part).includes("null"),
	);
	return way
		.map(({ const: only, enum: some, type }) => {
			if (only !== undefined) return [only];
			if (Array.isArray(some)) return isNullable ? [...some, null] : some;
			return type === "null" ? [null] : undefined;
		})
		.filter((values) => values !== undefined)
		.reduce<readonly unknown[] | undefined>(
			(left, values) => left?.filter((each) => values.includes(each)) ?? values,
			undefined,
		);
}

function listOf(value: unknown): readonly unknown[] {
	return Array.isArray(value) ? value : [];
}

function keysOf(value: unknown): readonly string[] {
	return isObject(value) ? Object.keys(value) : [];
}
