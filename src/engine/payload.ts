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
 */
export function composePayload(
	fixture: Values,
	request: PayloadRequest,
	stamp: (payload: Values) => object,
): Values {
	const { payload, set } = request;
	const given = merge(payload ?? fixture, set);
	const stamps = stamp(given) as Values;
	if (payload !== undefined) return merge(stamps, given, given);
	const stamped = merge(given, stamps);
	const collides =
		set !== undefined &&
		Object.keys(stamps).some((key) => Object.hasOwn(set, key));
	return collides ? merge(stamped, set) : stamped;
}

/** Later values win; objects merge, everything else is replaced. Keys keep the order of `order`, or of the base. */
function merge(
	base: Values,
	over: Values | undefined,
	order: Values = base,
): Values {
	if (over === undefined) return base;
	const merged: Record<string, unknown> = {};
	for (const source of order === base ? [base, over] : [order, base, over]) {
		for (const key of Object.keys(source)) {
			if (Object.hasOwn(merged, key)) continue;
			refuseForbidden(key);
			const before = base[key];
			const after = Object.hasOwn(over, key) ? over[key] : before;
			merged[key] =
				isObject(before) && isObject(after) && before !== after
					? merge(before, after, order[key] as Values | undefined)
					: after;
		}
	}
	return merged;
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
