import { LocalhookError } from "../errors.ts";
import { isRecord, type Kind } from "./shape.ts";

// What the parts of a saved state may be. The first thing that is wrong ends it, so a check takes no longer than reading.

/** Throws what is wrong with a value, and where. */
export type Check = (value: unknown, place: string) => void;

export function rule(holds: (value: unknown) => boolean, says: string): Check {
	return (value, place) => {
		if (!holds(value)) throw wrong(place, says);
	};
}

export function anything(): void {}

export function between(least: number, most: number, says: string): Check {
	return rule(
		(value) => typeof value === "number" && value >= least && value <= most,
		says,
	);
}

/** The same check as for the options of a call. */
export function is({ fits, must }: Kind): Check {
	return rule(fits, `must be ${must}`);
}

export function oneOf(...values: readonly unknown[]): Check {
	return rule(
		(value) => values.includes(value),
		`must be ${values.map((each) => JSON.stringify(each)).join(" or ")}`,
	);
}

export function listOf(each: Check): Check {
	return (value, place) => {
		if (!Array.isArray(value)) throw wrong(place, "must be a list");
		for (const [i, item] of value.entries()) each(item, `${place}[${i}]`);
	};
}

export function tuple(...each: readonly Check[]): Check {
	return (value, place) => {
		if (!Array.isArray(value) || value.length !== each.length)
			throw wrong(place, `must be a list of ${each.length}`);
		for (const [i, check] of each.entries()) check(value[i], `${place}[${i}]`);
	};
}

export function mapOf(each: Check, names?: RegExp): Check {
	return (value, place) => {
		if (!isRecord(value)) throw wrong(place, "must be an object");
		for (const [key, member] of Object.entries(value)) {
			if (names?.test(key) === false)
				throw wrong(join(place, key), "has no name that it may have");
			each(member, join(place, key));
		}
	};
}

export function record(
	required: Readonly<Record<string, Check>>,
	optional: Readonly<Record<string, Check>> = {},
): Check {
	const parts = Object.entries({ ...required, ...optional });
	return (value, place) => {
		if (!isRecord(value)) throw wrong(place, "must be an object");
		for (const [key, check] of parts) {
			const member = Object.hasOwn(value, key) ? value[key] : undefined;
			if (member !== undefined || Object.hasOwn(required, key))
				check(member, join(place, key));
		}
	};
}

function join(place: string, key: string): string {
	return place === "" ? key : `${place}.${key}`;
}

export function wrong(place: string, says: string): LocalhookError {
	return new LocalhookError(
		"invalid-snapshot",
		`Failed to load the snapshot: ${place === "" ? "it" : place} ${says}. Nothing has changed. Load a snapshot that was saved here.`,
	);
}
