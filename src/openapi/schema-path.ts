import type { ApiDocument } from "./document.ts";
import { isObject, lookUp } from "./pointer.ts";

type Schema = Readonly<Record<string, unknown>>;
export type PathStep = string | number;

/** What a schema says of one place below it. */
export interface Place {
	/** Every type that a value may have there; empty: any. */
	readonly types: readonly string[];
	/** Nothing is said of what may be inside, so anything may. */
	readonly isOpen: boolean;
	/** The names that are said to be inside. */
	readonly names: readonly string[];
}

/** What a schema says of a path below it; undefined: that there is no such place. */
export function placeAt(
	document: ApiDocument,
	schema: unknown,
	path: readonly PathStep[],
): Place | undefined {
	let schemas = variants(document, schema);
	for (const step of path) {
		const open = schemas.some((each) => isOpen(each));
		schemas = schemas.flatMap((each) => inside(document, each, step));
		if (schemas.length > 0) continue;
		return open ? { types: [], isOpen: true, names: [] } : undefined;
	}
	return {
		types: [...new Set(schemas.flatMap(typesOf))],
		isOpen: schemas.some(isOpen),
		names: [
			...new Set(schemas.flatMap(({ properties }) => keysOf(properties))),
		],
	};
}

/** A schema with its references followed and its alternatives side by side. */
function variants(
	document: ApiDocument,
	schema: unknown,
	depth = 0,
): readonly Schema[] {
	if (!isObject(schema) || depth > 20) return [];
	const { $ref, allOf, anyOf, oneOf } = schema;
	const parts = [allOf, anyOf, oneOf].flatMap((each) =>
		Array.isArray(each) ? each : [],
	);
	const target = typeof $ref === "string" ? lookUp(document, $ref, "#") : [];
	return [
		schema,
		...[target, ...parts].flatMap((each) =>
			variants(document, each, depth + 1),
		),
	];
}

function inside(
	document: ApiDocument,
	schema: Schema,
	step: PathStep,
): readonly Schema[] {
	const { properties, items, additionalProperties } = schema;
	if (typeof step === "number") return variants(document, items);
	if (isObject(properties) && Object.hasOwn(properties, step))
		return variants(document, properties[step]);
	return variants(document, additionalProperties);
}

function isOpen(schema: Schema): boolean {
	const { type, properties, additionalProperties, items, $ref } = schema;
	const types = [type].flat();
	if ($ref !== undefined || additionalProperties === false) return false;
	if (additionalProperties === true) return true;
	if (types.includes("array")) return items === undefined;
	return types.includes("object") && properties === undefined;
}

function typesOf(schema: Schema): readonly string[] {
	const { type, const: only, enum: some } = schema;
	if (type !== undefined) return [type].flat() as string[];
	const values = only !== undefined ? [only] : Array.isArray(some) ? some : [];
	return values.map((value) => (value === null ? "null" : typeof value));
}

function keysOf(value: unknown): readonly string[] {
	return isObject(value) ? Object.keys(value) : [];
}
