import { LocalhookError } from "../errors.ts";

type Values = Readonly<Record<string, unknown>>;

/** What a user says of an event's body: all of it, or some values that differ from the fixture. */
export interface PayloadRequest {
	/** The whole body, in place of the fixture. */
	readonly payload?: Values | undefined;
	/** Values laid over the fixture or the payload, object by object. */
	readonly set?: Values | undefined;
}

/**
 * A delivery's body: the fixture, the parts that belong to this event, then what the user said.
 * With a payload of the user's own there is no fixture, and the event's parts only fill gaps.
 *
 * @param stamp gives the event's parts, and may derive them from what the user said
 * @param change what the user says beside the request
 */
export function composePayload(
	fixture: Values,
	request: PayloadRequest,
	stamp: (payload: Values) => object,
	change: (payload: Values) => Values = (same) => same,
): Values {
	const { payload, set } = request;
	const given = change(merge(payload ?? fixture, set));
	const stamps = stamp(given) as Values;
	if (payload !== undefined) return merge(stamps, given, given);
	if (holds(given, stamps)) return change(given);
	const stamped = merge(given, stamps);
	const collides =
		set !== undefined &&
		Object.keys(stamps).some((key) => Object.hasOwn(set, key));
	return change(collides ? merge(stamped, set) : stamped);
}

/** Whether merging would change nothing: a fixture has most of what a provider fills in. */
function holds(payload: Values, stamps: Values): boolean {
	for (const key in stamps)
		if (payload[key] !== stamps[key] || !Object.hasOwn(payload, key))
			return false;
	return true;
}

/** Later values win; objects merge, everything else is replaced. Keys keep the order of `order`, or of the base. */
function merge(
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
				? merge(before, after, order[key] as Values | undefined)
				: after;
	}
}

/**
 * For values from outside: also where nothing would be merged, so that what they may say does not depend on what they
 * are laid over.
 *
 * @throws LocalhookError `invalid-request` for a name such as `__proto__`, at any depth
 */
export function refuseForbiddenIn(value: unknown): void {
	if (typeof value !== "object" || value === null) return;
	for (const [key, member] of Object.entries(value)) {
		refuseForbidden(key);
		refuseForbiddenIn(member);
	}
}

function refuseForbidden(key: string): void {
	if (key !== "__proto__" && key !== "constructor" && key !== "prototype")
		return;
	throw new LocalhookError(
		"invalid-request",
		`Failed to compose the payload: the name "${key}" is not allowed.`,
	);
}

function isObject(value: unknown): value is Values {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
