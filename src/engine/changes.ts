import { invalidRequest, type LocalhookError } from "../errors.ts";
import { isForbidden, parsedJson } from "../json.ts";
import { didYouMean } from "../nearest.ts";
import type { Fields } from "../openapi/fields.ts";
import { excessOf, inexactNumberIn, unfitIn } from "./body.ts";
import {
	checkFields,
	goAhead,
	mostShown,
	type Step,
	type Values,
	written,
} from "./known-fields.ts";

export interface Placed {
	readonly steps: readonly Step[];
	readonly value: unknown;
}

const longestPath = 500;

/**
 * Reads what is set by path, each value as what the document, or else the body, has at its place.
 *
 * @param what whose payload it is: `study.status.change of prolific`
 * @param fields what the document knows of it
 * @param set path to value, both as text: `{ "data.lines[0].amount": "12" }`
 * @param unchecked places, types and values that the document does not know will do
 * @throws LocalhookError `invalid-request` for a path that leads nowhere, with the near ones, and for a value of the
 * wrong type
 */
export function readChanges(
	what: string,
	fields: Fields | undefined,
	body: Values,
	set: Readonly<Record<string, string>>,
	unchecked = false,
): Placed[] {
	const changed: Record<string, unknown> = structuredClone(body);
	const read = Object.entries(set).map(([path, text]) => {
		const steps = parsePath(path);
		const place = placeOf(changed, steps, path, fields, unchecked);
		const value = readValue(path, text, place.types, unchecked);
		putOne(changed, { steps, value });
		return { steps, value, known: place.known };
	});
	if (unchecked) return read;
	for (const { steps, value, known } of read) {
		const there = steps.reduce((at: unknown, step) => Object(at)[step], body);
		checkFields(what, known, value, there, steps);
	}
	return read;
}

export function put(body: Values, values: readonly Placed[]): Values {
	const changed: Record<string, unknown> = structuredClone(body);
	for (const each of values) putOne(changed, each);
	return changed;
}

function parsePath(path: string): Step[] {
	const steps = [...path.matchAll(/([^.[\]]+)|\[(\d{1,4})\]/g)].map(
		([, name, index]) =>
			index === undefined ? (name as string) : Number(index),
	);
	if (
		steps.length === 0 ||
		written(steps) !== path ||
		path.length > longestPath
	)
		throw refusal(
			path,
			"it is not a path. Give names with dots between them and places of a list in brackets, as in data.lines[0].amount",
		);
	const bad = steps.find((step) => isForbidden(String(step)));
	if (bad !== undefined)
		throw refusal(path, `the name "${bad}" is not allowed`);
	return steps;
}

function placeOf(
	body: unknown,
	steps: readonly Step[],
	path: string,
	fields: Fields | undefined,
	unchecked: boolean,
) {
	let value = body;
	let known = fields;
	for (const [i, step] of steps.entries()) {
		const above = known;
		known = above?.inside(step);
		const isObject = typeof value === "object" && value !== null;
		const isThere = isObject && Object.hasOwn(value as object, step);
		const appends = Array.isArray(value) && step === value.length;
		if (!isThere && !appends) {
			const wrong = wrongStep(step, value);
			if (wrong !== undefined) throw refusal(path, wrong);
			// Listed only here: a list may have thousands of places, and each may be set.
			const names = isObject ? Object.keys(value as object) : [];
			// Where the document leaves open what may be there, the names that are there are the measure.
			const isOpen = names.length === 0 && mayHoldMore(above, fields);
			if (!unchecked && known === undefined && !isOpen)
				throw unknownStep(path, steps, i, [...names, ...(above?.names ?? [])]);
		}
		value = isThere ? (value as Values)[String(step)] : undefined;
	}
	const documented = known?.types ?? [];
	const isNew = documented.length > 0 || value === undefined;
	return { known, types: isNew ? documented : [typeOf(value)] };
}

/** Below what the document leaves open, nothing is known. */
function mayHoldMore(above: Fields | undefined, fields: Fields | undefined) {
	if (above === undefined) return fields !== undefined;
	const isContainer = (type: string) => type === "object" || type === "array";
	return (
		above.isOpen && (above.types.length === 0 || above.types.some(isContainer))
	);
}

function unknownStep(
	path: string,
	steps: readonly Step[],
	i: number,
	names: readonly string[],
): LocalhookError {
	const step = String(steps[i]);
	const known = [...new Set(names)];
	const where = i === 0 ? "at the top" : `below ${steps.slice(0, i).join(".")}`;
	return refusal(
		path,
		known.length === 0
			? `there is nothing ${where}`
			: `there is no "${step}" ${where}.${didYouMean(step, known)} There is ${known.slice(0, mostShown).join(", ")}. ${goAhead}`,
	);
}

/** What JSON has no room for would be lost, or leave a hole. */
function wrongStep(step: Step, value: unknown): string | undefined {
	const isList = Array.isArray(value);
	if (typeof step === "string")
		return isList
			? `"${step}" is not a place in a list. Give its number, as in [0]`
			: undefined;
	if (!isList && value !== undefined && value !== null)
		return `[${step}] is a place in a list, and there is none`;
	const { length } = isList ? value : [];
	return step > length
		? `there is no [${step}]: the list has ${length}, so the next one is [${length}]`
		: undefined;
}

function readValue(
	path: string,
	text: string,
	types: readonly string[],
	unchecked: boolean,
): unknown {
	const mayBe = (type: string) => types.length === 0 || types.includes(type);
	if (types.length > 0 && types.every((type) => type === "string")) return text;
	const value = parsedJson(text);
	const isWhole = Number.isInteger(value) && mayBe("integer");
	const fits = value !== undefined && (mayBe(typeOf(value)) || isWhole);
	if (fits || (unchecked && value !== undefined && !mayBe("string"))) {
		const excess = excessOf(text);
		if (excess !== undefined) throw refusal(path, `its value ${excess}`);
		const unfit = inexactNumberIn(text) ?? unfitIn(value, true);
		if (unfit !== undefined) throw refusal(path, unfit);
		return value;
	}
	if (unchecked || mayBe("string")) return text;
	throw refusal(
		path,
		`${JSON.stringify(text.slice(0, 100))} is not of the type ${types.join(" or ")}. ${goAhead}`,
	);
}

function putOne(body: Record<string, unknown>, { steps, value }: Placed): void {
	let into = body;
	for (const [i, step] of steps.slice(0, -1).entries()) {
		const next = into[step];
		if (typeof next !== "object" || next === null)
			into[step] = typeof steps[i + 1] === "number" ? [] : {};
		into = into[step] as Record<string, unknown>;
	}
	into[steps.at(-1) as Step] = value;
}

function typeOf(value: unknown): string {
	if (value === null) return "null";
	return Array.isArray(value) ? "array" : typeof value;
}

function refusal(path: string, reason: string): LocalhookError {
	return invalidRequest(
		`Failed to set ${JSON.stringify(path.slice(0, longestPath))}: ${reason}.`,
	);
}
