import { LocalhookError } from "../errors.ts";

type Values = Readonly<Record<string, unknown>>;

/** What a user says of an event's body: all of it, or some values that differ from the fixture. */
export interface PayloadRequest {
	/** The whole body, in place of the fixture. */
	readonly payload?: Values | undefined;
	/** Values laid over the fixture or the payload, object by object. */
	readonly merge?: Values | undefined;
}

/**
 * A delivery's body: the fixture, the parts that belong to this event, then what the user said.
 * With a payload of the user's own there is no fixture, and the event's parts only fill gaps.
 *
 * @param eventFields gives the event's parts, and may derive them from what the user said
 * @param change what the user says beside the request
 */
export function composePayload(
	fixture: Values,
	request: PayloadRequest,
	eventFields: (payload: Values) => object,
	change: (payload: Values) => Values = (same) => same,
): Values {
	const { payload, merge } = request;
	const given = change(mergeInto(payload ?? fixture, merge));
	const fields = eventFields(given) as Values;
	if (payload !== undefined) return mergeInto(fields, given, given);
	if (holds(given, fields)) return change(given);
	const filled = mergeInto(given, fields);
	const collides =
		merge !== undefined &&
		Object.keys(fields).some((key) => Object.hasOwn(merge, key));
	return change(collides ? mergeInto(filled, merge) : filled);
}

/** Whether merging would change nothing: a fixture has most of what a provider fills in. */
function holds(payload: Values, fields: Values): boolean {
	for (const key in fields)
		if (payload[key] !== fields[key] || !Object.hasOwn(payload, key))
			return false;
	return true;
}

/** Later values win; objects merge, everything else is replaced. Keys keep the order of `order`, or of the base. */
export function mergeInto(
	base: Values,
	over: Values | undefined,
	order: Values = base,
): Values {
	if (over === undefined) return base;
	const merged: Record<string, unknown> = {};
	if (order !== base) lay(merged, order, base, over, order);
	lay(merged, base, base, over, order);
	lay(merged, over, base, over, order);
	return merged;
}

/** The keys of `source` that are not there yet, each with what base and over make of it. */
function lay(
	merged: Record<string, unknown>,
	source: Values,
	base: Values,
	over: Values,
	order: Values,
): void {
	for (const key in source) {
		if (!Object.hasOwn(source, key) || Object.hasOwn(merged, key)) continue;
		refuseForbidden(key);
		const before = base[key];
		const after = Object.hasOwn(over, key) ? over[key] : before;
		merged[key] =
			isObject(before) && isObject(after) && before !== after
				? mergeInto(before, after, order[key] as Values | undefined)
				: after;
	}
}

/** How many objects and lists may stand inside each other: what works on a value calls itself for each. */
const deepest = 100;

/**
 * Why a value from outside cannot be part of a payload: at any depth, a number that JSON does not have, or more depth
 * than there is room for. What refers to itself is too deep as well.
 *
 * @param names whether a name such as `__proto__` is wrong too, which it is wherever a value is laid over another one
 */
export function unfitIn(
	value: unknown,
	names: boolean,
	depth = 0,
): string | undefined {
	if (typeof value === "bigint" || Number.isNaN(value) || isInfinite(value))
		return `${value} is no number that JSON has. Give a number, or text`;
	if (typeof value !== "object" || value === null) return undefined;
	if (depth >= deepest)
		return `it nests more than ${deepest} objects and lists inside each other`;
	for (const [key, member] of Object.entries(value)) {
		if (names && isForbidden(key)) return `the name "${key}" is not allowed`;
		const unfit = unfitIn(member, names, depth + 1);
		if (unfit !== undefined) return unfit;
	}
	return undefined;
}

/** @throws LocalhookError `invalid-request` for what JSON cannot carry, and for names that may not be laid over others */
export function refuseUnfit({ payload, merge }: PayloadRequest): void {
	const unfit = unfitIn(merge, true) ?? unfitIn(payload, false);
	if (unfit !== undefined) throw refusal(unfit);
}

function isInfinite(value: unknown): boolean {
	return (
		value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY
	);
}

/** A name that leads to what all objects share. */
export function isForbidden(key: string): boolean {
	return key === "__proto__" || key === "constructor" || key === "prototype";
}

function refuseForbidden(key: string): void {
	if (isForbidden(key)) throw refusal(`the name "${key}" is not allowed`);
}

function refusal(reason: string): LocalhookError {
	return new LocalhookError(
		"invalid-request",
		`Failed to compose the payload: ${reason}.`,
	);
}

function isObject(value: unknown): value is Values {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
