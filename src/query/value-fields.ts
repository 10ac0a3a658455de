import type { DeliveryState } from "../contract/records.ts";
import { parseDuration } from "../duration.ts";
import { parseIsoTime } from "../iso-time.ts";
import { didYouMean } from "../nearest.ts";
import type { Field, Help } from "./field.ts";
import type { Pattern } from "./tokens.ts";

/** What `state:` can be. */
export const states: readonly string[] = Object.keys({
	pending: true,
	delivered: true,
	failed: true,
	cancelled: true,
} satisfies Record<DeliveryState, true>);

export const state: Field = {
	summary: `where it stands: ${states.join(", ")}`,
	example: "state:failed,cancelled",
	read(pattern, refuse) {
		const word = written(pattern).toLowerCase();
		if (states.includes(word)) return ({ delivery }) => delivery.state === word;
		throw refuse(
			"there is no such state",
			`Give one of ${states.join(", ")}.${didYouMean(word, states)}`,
		);
	},
	found: ({ delivery }) => delivery.state,
};

export const status: Field = {
	summary: "the HTTP status of the last attempt, or the state",
	example: "status:5xx",
	read(pattern, refuse) {
		const word = written(pattern);
		if (states.includes(word.toLowerCase())) return state.read(pattern, refuse);
		const isWanted = readHttpStatus(word);
		if (isWanted !== undefined) {
			return ({ last }) =>
				last?.response !== undefined && isWanted(last.response.status);
		}
		throw refuse(
			"there is no such HTTP status or state",
			`Give one such as 500, 5xx or >=400, or one of ${states.join(", ")}.${didYouMean(word, states)}`,
		);
	},
	found: ({ delivery, last }) =>
		[last?.response?.status, delivery.state]
			.filter((part) => part !== undefined)
			.join(", "),
};

export const attempts: Field = {
	summary: "how many there were",
	example: "attempts:>1",
	read(pattern, refuse) {
		const isWanted = readComparison(written(pattern));
		if (isWanted !== undefined) {
			return ({ delivery }) => isWanted(delivery.attempts.length);
		}
		throw refuse("a number is missing", "Give one such as 3, >1 or <=5.");
	},
	found: ({ delivery }) => String(delivery.attempts.length),
};

export function time(
	help: Help,
	isWanted: (createdAt: number, moment: number) => boolean,
): Field {
	return {
		...help,
		read(pattern, refuse) {
			const moment = readMoment(written(pattern));
			if (moment !== undefined) {
				return ({ delivery, now }) => isWanted(delivery.createdAt, moment(now));
			}
			throw refuse(
				"a time is missing",
				"Give how long ago it was, such as 10m or 3d, or when, such as 2026-11-21 or 2026-11-21T10:00:00Z.",
			);
		},
		found: ({ delivery }) => new Date(delivery.createdAt).toISOString(),
	};
}

/** In these fields a `*` is a character like any other. */
function written(pattern: Pattern): string {
	return pattern.join("*");
}

/** Reads a moment as a function of now: `10m` is that long before it, `2026-11-21` and `2026-11-21T10:00:00Z` are fixed. */
function readMoment(text: string): ((now: number) => number) | undefined {
	const at = parseIsoTime(text);
	if (at !== undefined) return () => at;
	try {
		const ago = parseDuration(text);
		return (now) => now - ago;
	} catch {
		return undefined;
	}
}

type NumberTest = (value: number) => boolean;

/** Reads `3`, `=3`, `>3`, `>=3`, `<3` or `<=3`. */
function readComparison(text: string): NumberTest | undefined {
	const [, sign, digits] = /^(>=|<=|>|<|=)?(\d{1,15})$/.exec(text) ?? [];
	if (digits === undefined) return undefined;
	const limit = Number(digits);
	switch (sign) {
		case ">=":
			return (value) => value >= limit;
		case "<=":
			return (value) => value <= limit;
		case ">":
			return (value) => value > limit;
		case "<":
			return (value) => value < limit;
		default:
			return (value) => value === limit;
	}
}

/** Reads `500`, `5xx` or `>=400`. */
function readHttpStatus(text: string): NumberTest | undefined {
	const hundreds = /^([1-5])xx$/i.exec(text)?.[1];
	if (hundreds === undefined) return readComparison(text);
	return (value) => Math.floor(value / 100) === Number(hundreds);
}
