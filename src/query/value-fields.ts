import type { DeliveryState } from "../contract/records.ts";
import { didYouMean } from "../nearest.ts";
import type { Field, Help } from "./field.ts";
import type { Pattern } from "./glob.ts";
import { readMoment } from "./moment.ts";
import { readComparison, readHttpStatus } from "./numbers.ts";

const states: readonly string[] = Object.keys({
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
