import { isObject } from "../json.ts";
import type { ApiDocument } from "./operations.ts";
import { lookUp } from "./pointer.ts";

type Schema = Readonly<Record<string, unknown>>;

/** The fields that a schema knows below one place. References are followed, and what is below is read when asked for. */
export interface Fields {
	/** Any name may be there: the schema says so, or says nothing of what is inside. */
	readonly isOpen: boolean;
	/** The same where another schema knows names: it is an object of its own, with whatever inside. */
	readonly isLoose: boolean;
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

export function fieldsOf(document: ApiDocument, schema: unknown): Fields {
	return read(document, [schema], 0);
}

/** @param schemas what is said of the place, all of it at once */
function read(
	document: ApiDocument,
	schemas: readonly unknown[],
	depth: number,
): Fields {
	const parts = schemas.flatMap((each) => conditions(document, each, depth));
	const choices = parts.flatMap(({ anyOf, oneOf }) =>
		[anyOf, oneOf]
			.filter((each) => Array.isArray(each))
			.map((each) => each.map((one) => read(document, [one], depth + 1))),
	);
	const alternatives = choices.flat();
	const names = new Set([
		...parts.flatMap(({ properties }) => keysOf(properties)),
		...alternatives.flatMap((each) => each.names),
	]);
	/** By name; under 0 all items of a list, which are alike; under undefined all names that are not among the known ones. */
	const known = new Map<string | 0 | undefined, Fields | undefined>();
	function inside(step: string | number): Fields | undefined {
		const below = parts.flatMap((part) => schemasAt(part, step));
		const chosen = alternatives.flatMap((each) => each.inside(step) ?? []);
		if (below.length === 0) return joined(chosen);
		return joined([read(document, below, depth + 1), ...chosen]);
	}
	const isOpen =
		parts.some(saysOpen) || alternatives.some((each) => each.isLoose);
	const saysNothing = names.size === 0 && !parts.some(isClosed);
	return {
		names: [...names],
		isOpen: isOpen || saysNothing,
		isLoose:
			isOpen ||
			(saysNothing && parts.some((part) => typesOf(part).includes("object"))),
		types: unique([
			...parts.flatMap(typesOf),
			...alternatives.flatMap((each) => each.types),
		]),
		values: valuesOf(parts, choices),
		inside(step) {
			const key =
				typeof step === "number" ? 0 : names.has(step) ? step : undefined;
			if (!known.has(key)) known.set(key, inside(step));
			return known.get(key);
		},
	};
}

/** Of places that several alternatives speak of: what any of them allows. */
function joined([first, ...more]: readonly Fields[]): Fields | undefined {
	if (first === undefined || more.length === 0) return first;
	const all = [first, ...more];
	return {
		names: unique(all.flatMap(({ names }) => names)),
		types: unique(all.flatMap(({ types }) => types)),
		isOpen:
			all.some(({ isLoose }) => isLoose) || all.every(({ isOpen }) => isOpen),
		isLoose: all.some(({ isLoose }) => isLoose),
		values: all.every(({ values }) => values !== undefined)
			? all.flatMap(({ values }) => values ?? [])
			: undefined,
		inside: (step) => joined(all.flatMap((each) => each.inside(step) ?? [])),
	};
}

/** A schema, what it refers to and what it combines: all of it holds. */
function conditions(
	document: ApiDocument,
	schema: unknown,
	depth: number,
): readonly Schema[] {
	if (!isObject(schema) || depth > deepest) return [];
	const { $ref, allOf } = schema;
	const target = typeof $ref === "string" ? lookUp(document, $ref, "#") : [];
	return [
		schema,
		...[target, ...(Array.isArray(allOf) ? allOf : [])].flatMap((each) =>
			conditions(document, each, depth + 1),
		),
	];
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

function saysOpen({
	additionalProperties,
	patternProperties,
}: Schema): boolean {
	return (
		additionalProperties === true ||
		isObject(additionalProperties) ||
		isObject(patternProperties)
	);
}

function isClosed({ additionalProperties }: Schema): boolean {
	return additionalProperties === false;
}

function typesOf({ type, const: only, enum: some }: Schema): readonly string[] {
	if (type !== undefined) return [type].flat() as string[];
	const values = only !== undefined ? [only] : Array.isArray(some) ? some : [];
	return values.map((value) => (value === null ? "null" : typeof value));
}

/** The values that the conditions leave; of a choice, those of every alternative that there is. */
function valuesOf(
	parts: readonly Schema[],
	choices: readonly (readonly Fields[])[],
): readonly unknown[] | undefined {
	const nullable = parts.some(
		(part) => part.nullable === true || typesOf(part).includes("null"),
	);
	const ofParts = parts.map(({ const: only, enum: some, type }) => {
		if (only !== undefined) return [only];
		if (Array.isArray(some)) return nullable ? [...some, null] : some;
		return type === "null" ? [null] : undefined;
	});
	const ofChoices = choices.map((alternatives) =>
		alternatives.every(({ values }) => values !== undefined)
			? alternatives.flatMap(({ values }) => values ?? [])
			: undefined,
	);
	return [...ofParts, ...ofChoices]
		.filter((values) => values !== undefined)
		.reduce<readonly unknown[] | undefined>(
			(left, values) => left?.filter((each) => values.includes(each)) ?? values,
			undefined,
		);
}

function unique(texts: readonly string[]): readonly string[] {
	return [...new Set(texts)];
}

function keysOf(value: unknown): readonly string[] {
	return isObject(value) ? Object.keys(value) : [];
}
