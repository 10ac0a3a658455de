import { LocalhookError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import type { ApiDocument } from "../openapi/document.ts";
import type { Fields } from "../openapi/fields.ts";
import { type PathStep, placeAt } from "../openapi/schema-path.ts";
import { checkFields, goAhead } from "./check-fields.ts";
import { excessOf, inexactNumberIn } from "./json-limits.ts";
import { isForbidden, unfitIn } from "./payload.ts";

/** Path to value, both as text: `{ "data.lines[0].amount": "12" }`. */
export type Assigned = Readonly<Record<string, string>>;

type Values = Readonly<Record<string, unknown>>;

const longestPath = 500;

/** A value, typed, and where it goes. */
export interface Placed {
	readonly path: string;
	readonly steps: readonly PathStep[];
	readonly value: unknown;
}

/**
 * What was assigned, each value read as what the document, or else the body, has at its place.
 *
 * @param unchecked places and types that the document does not know will do
 * @throws LocalhookError `invalid-request` for a path that leads nowhere, with the near ones, and for a value of the
 * wrong type
 */
export function readAssigned(
	body: Values,
	assigned: Assigned,
	document: ApiDocument,
	schema: unknown,
	unchecked = false,
): Placed[] {
	const changed = copyOf(body);
	return Object.entries(assigned).map(([path, text]) => {
		const steps = parsePath(path);
		const types = typesAt(changed, steps, path, document, schema, unchecked);
		const placed = { path, steps, value: read(path, text, types, unchecked) };
		putOne(changed, placed);
		return placed;
	});
}

/** Refuses values that the document does not know. @throws LocalhookError `invalid-request` */
export function checkAssigned(
	what: string,
	fields: Fields | undefined,
	values: readonly Placed[],
	body: Values,
): void {
	for (const { path, steps, value } of values) {
		let place: Fields | undefined = fields;
		let there: unknown = body;
		for (const step of steps) {
			place = place?.inside(step);
			there = Object(there)[step];
		}
		checkFields(what, place, value, there, path);
	}
}

/** A body with some values replaced. */
export function put(body: Values, values: readonly Placed[]): Values {
	const changed = copyOf(body);
	for (const each of values) putOne(changed, each);
	return changed;
}

function copyOf(body: Values): Record<string, unknown> {
	return structuredClone(body) as Record<string, unknown>;
}

function parsePath(path: string): PathStep[] {
	const steps = [...path.matchAll(/([^.[\]]+)|\[(\d{1,4})\]/g)].map(
		([, name, index]) =>
			index === undefined ? (name as string) : Number(index),
	);
	const written = steps
		.map((step, i) =>
			typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`,
		)
		.join("");
	if (steps.length === 0 || written !== path || path.length > longestPath)
		throw refusal(
			path,
			"it is not a path. Give names with dots between them and places of a list in brackets, as in data.lines[0].amount",
		);
	const bad = steps.find((step) => isForbidden(String(step)));
	if (bad !== undefined)
		throw refusal(path, `the name "${bad}" is not allowed`);
	return steps;
}

function typesAt(
	body: unknown,
	steps: readonly PathStep[],
	path: string,
	document: ApiDocument,
	schema: unknown,
	unchecked: boolean,
): readonly string[] {
	let value = body;
	for (const [i, step] of steps.entries()) {
		const place = placeAt(document, schema, steps.slice(0, i + 1));
		const isObject = typeof value === "object" && value !== null;
		const isThere = isObject && Object.hasOwn(value as object, step);
		const appends = Array.isArray(value) && step === value.length;
		if (!isThere && !appends) {
			refuseMisfit(path, step, value);
			// Listed only here: a list may have thousands of places, and each may be assigned.
			const names = isObject ? Object.keys(value as object) : [];
			// Where the document leaves open what may be there, the names that are there are the measure.
			const isSaid =
				place !== undefined && (place.types.length > 0 || !place.isOpen);
			const isOpen = place !== undefined && names.length === 0;
			if (!unchecked && !isSaid && !isOpen) {
				const above = placeAt(document, schema, steps.slice(0, i));
				throw strayStep(path, steps, i, [...names, ...(above?.names ?? [])]);
			}
		}
		value = isThere ? (value as Values)[String(step)] : undefined;
	}
	const said = placeAt(document, schema, steps)?.types ?? [];
	return said.length > 0 || value === undefined ? said : [typeOf(value)];
}

function strayStep(
	path: string,
	steps: readonly PathStep[],
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
			: `there is no "${step}" ${where}.${didYouMean(step, known)} There is ${known.slice(0, 50).join(", ")}. ${goAhead.slice(0, -1)}`,
	);
}

/** What JSON has no room for would be lost, or leave a hole. */
function refuseMisfit(path: string, step: PathStep, value: unknown): void {
	const isList = Array.isArray(value);
	if (
		typeof step === "number" &&
		(isList || value === undefined || value === null)
	) {
		const length = isList ? value.length : 0;
		if (step > length)
			throw refusal(
				path,
				`there is no [${step}]: the list has ${length}, so the next one is [${length}]`,
			);
	} else if (isList)
		throw refusal(
			path,
			`"${step}" is not a place in a list. Give its number, as in [0]`,
		);
	else if (typeof step === "number")
		throw refusal(path, `[${step}] is a place in a list, and there is none`);
}

function read(
	path: string,
	text: string,
	types: readonly string[],
	unchecked: boolean,
): unknown {
	const mayBe = (type: string) => types.length === 0 || types.includes(type);
	if (types.length > 0 && types.every((type) => type === "string")) return text;
	const value = parsed(text);
	if (value !== undefined) {
		const type = typeOf(value);
		const isWhole = type === "number" && Number.isInteger(value);
		if (mayBe(type) || (isWhole && mayBe("integer"))) {
			refuseUnfit(path, text, value);
			return value;
		}
	}
	if (mayBe("string")) return text;
	if (unchecked && value !== undefined) {
		refuseUnfit(path, text, value);
		return value;
	}
	if (unchecked) return text;
	throw refusal(
		path,
		`${JSON.stringify(text.slice(0, 100))} is not of the type ${types.join(" or ")}. ${goAhead.slice(0, -1)}`,
	);
}

/** undefined: it is not JSON. */
function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** What would be sent otherwise than it was written, or would change more than the payload. */
function refuseUnfit(path: string, text: string, value: unknown): void {
	const excess = excessOf(text);
	if (excess !== undefined) throw refusal(path, `its value ${excess}`);
	const inexact = inexactNumberIn(text);
	if (inexact !== undefined) throw refusal(path, inexact);
	const unfit = unfitIn(value, true);
	if (unfit !== undefined) throw refusal(path, unfit);
}

function putOne(body: Record<string, unknown>, { steps, value }: Placed): void {
	let into = body;
	for (const [i, step] of steps.slice(0, -1).entries()) {
		const next = into[step];
		if (typeof next !== "object" || next === null)
			into[step] = typeof steps[i + 1] === "number" ? [] : {};
		into = into[step] as Record<string, unknown>;
	}
	into[steps.at(-1) as PathStep] = value;
}

function typeOf(value: unknown): string {
	if (value === null) return "null";
	return Array.isArray(value) ? "array" : typeof value;
}

function refusal(path: string, reason: string): LocalhookError {
	return new LocalhookError(
		"invalid-request",
		`Failed to set ${JSON.stringify(path.slice(0, longestPath))}: ${reason}.`,
	);
}
