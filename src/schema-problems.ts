import { isObject } from "./json.ts";
import { didYouMean } from "./nearest.ts";
import type { Path, PlacedProblem } from "./problem.ts";
import { maskUrl } from "./web-address.ts";

/** As much of JSON Schema as it takes to describe a configuration or a scenario, here and for editors. */
export interface JsonSchema {
	readonly type?: string | readonly string[];
	readonly enum?: readonly unknown[];
	readonly minLength?: number;
	readonly pattern?: string;
	/** The first shows what the pattern means. */
	readonly examples?: readonly string[];
	readonly minimum?: number;
	readonly maximum?: number;
	readonly minItems?: number;
	readonly maxItems?: number;
	readonly items?: JsonSchema;
	readonly properties?: Readonly<Record<string, JsonSchema>>;
	readonly required?: readonly string[];
	readonly additionalProperties?: JsonSchema | boolean;
	/** Of these, one fits: by its type and what it requires. */
	readonly oneOf?: readonly JsonSchema[];
	readonly $ref?: string;
	readonly $defs?: Readonly<Record<string, JsonSchema>>;
	/** These are for editors alone. */
	readonly $schema?: string;
	readonly title?: string;
	readonly description?: string;
	readonly default?: unknown;
}

const nouns: Readonly<Record<string, string>> = {
	string: "text in quotes",
	integer: "a whole number",
	number: "a number",
	boolean: "true or false",
	array: "a list",
	object: "a table of names",
};

interface Around {
	/** No message may repeat a value. */
	readonly isSecret?: boolean | undefined;
	readonly defs?: Readonly<Record<string, JsonSchema>>;
}

export function schemaProblems(
	value: unknown,
	given: JsonSchema,
	around: Around = {},
	path: Path = [],
): PlacedProblem[] {
	const schema = resolved(given, around);
	const message = valueProblem(value, schema, around);
	if (message !== undefined) return [{ path, message }];
	const { items, properties = {}, required = [], oneOf } = schema;
	const problems: PlacedProblem[] = [];
	if (oneOf !== undefined) {
		const all = oneOf.map((each) => resolved(each, around));
		const [one, ...more] = all.filter((each) => isMeant(value, each));
		if (one === undefined || more.length > 0)
			problems.push({ path, message: choice(value, all) });
		else problems.push(...schemaProblems(value, one, around, path));
	}
	if (Array.isArray(value) && items !== undefined)
		for (const [index, each] of value.entries())
			problems.push(
				...schemaProblems(each, items, around, [...path, `${index}`]),
			);
	if (!isObject(value)) return problems;
	for (const name of required)
		if (value[name] === undefined)
			problems.push({ path, message: `it has no "${name}".` });
	for (const [name, each] of Object.entries(value)) {
		const below = [...path, name];
		const own = Object.hasOwn(properties, name)
			? properties[name]
			: schema.additionalProperties;
		if (own === false) problems.push(unknownName(below, schema));
		else if (typeof own === "object" && each !== undefined)
			problems.push(...schemaProblems(each, own, around, below));
	}
	return problems;
}

function resolved(schema: JsonSchema, { defs = {} }: Around): JsonSchema {
	const { $ref } = schema;
	if ($ref === undefined) return schema;
	return defs[$ref.slice("#/$defs/".length)] ?? {};
}

function isMeant(value: unknown, { type, required }: JsonSchema): boolean {
	return (
		isOf(value, type) &&
		namesIn(value, required).length === (required ?? []).length
	);
}

function choice(value: unknown, all: readonly JsonSchema[]): string {
	const names = all.flatMap(({ required = [] }) => required);
	if (names.length === 0)
		return `it must be ${nounOf(all.flatMap(({ type }) => type ?? []))}, not ${shown(value)}.`;
	const found = namesIn(value, names).join(" and ");
	return `it must have exactly one of ${names.join(", ")}${found && `, not ${found}`}.`;
}

function namesIn(value: unknown, names: readonly string[] = []): string[] {
	return isObject(value)
		? names.filter((name) => value[name] !== undefined)
		: [];
}

function unknownName(
	path: Path,
	{ title, properties }: JsonSchema,
): PlacedProblem {
	const name = path.at(-1);
	const known = Object.keys(properties ?? {}).filter(
		(each) => !each.startsWith("$"),
	);
	const what =
		title === undefined
			? "there is no such setting."
			: `${title} takes no "${name}".`;
	const message = `${what}${didYouMean(name, known)} Choose one of ${known.join(", ")}.`;
	return { path, name: true, message };
}

function valueProblem(
	value: unknown,
	schema: JsonSchema,
	{ isSecret = false }: Around,
): string | undefined {
	if (schema.enum !== undefined && !schema.enum.includes(value)) {
		const known = schema.enum.map(String);
		return `${shown(value)} is not known here.${didYouMean(value, known)} Choose one of ${known.join(", ")}.`;
	}
	const { maxItems } = schema;
	if (Array.isArray(value) && value.length > (maxItems ?? value.length))
		return `it must hold at most ${maxItems}, not ${value.length}.`;
	const expected = expectation(value, schema);
	const found = isSecret ? kindOf(value) : shown(value);
	return expected && `it must ${expected}, not ${found}.`;
}

/** What the value is not, after `it must`. */
function expectation(value: unknown, schema: JsonSchema): string | undefined {
	const { type, minimum, maximum, minLength, minItems, pattern = "" } = schema;
	const isInRange =
		typeof value !== "number" ||
		(value >= (minimum ?? value) && value <= (maximum ?? value));
	if (!isOf(value, type) || !isInRange) {
		const end = maximum === undefined ? "up" : `to ${maximum}`;
		const range = minimum === undefined ? "" : ` from ${minimum} ${end}`;
		return `be ${nounOf(type)}${range}`;
	}
	if (typeof value === "string" && value.length < (minLength ?? 0))
		return "hold something";
	if (Array.isArray(value) && value.length < (minItems ?? 0))
		return "hold something";
	return typeof value === "string" && !new RegExp(pattern).test(value)
		? `be like ${JSON.stringify(schema.examples?.[0] ?? pattern)}`
		: undefined;
}

function isOf(value: unknown, type: JsonSchema["type"] = []): boolean {
	const names = [type].flat();
	return names.length === 0 || names.some((name) => isA(value, name));
}

function isA(value: unknown, type: string): boolean {
	if (type === "integer") return Number.isInteger(value);
	if (type === "number") return Number.isFinite(value);
	if (type === "array") return Array.isArray(value);
	return type === "object" ? isObject(value) : typeof value === type;
}

function nounOf(type: JsonSchema["type"] = []): string {
	return [type]
		.flat()
		.map((name) => nouns[name])
		.join(" or ");
}

function shown(value: unknown): string {
	if (typeof value === "string")
		return JSON.stringify(maskUrl(value).slice(0, 100));
	return /object|function/.test(typeof value) ? kindOf(value) : String(value);
}

function kindOf(value: unknown): string {
	if (Array.isArray(value)) return value.length === 0 ? "[]" : "a list";
	if (value === null) return "empty";
	if (value === "") return '""';
	return typeof value === "object" ? "a table" : `a ${typeof value}`;
}
