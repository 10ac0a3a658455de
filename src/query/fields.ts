import { textOf } from "../bytes.ts";
import type { Attempt, Delivery, DeliveryState } from "../contract/records.ts";
import { parseDuration, parseIsoTime } from "../duration.ts";
import type { LocalhookError } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import { maskUrl } from "../web-address.ts";

export interface Field {
	/** Such a term is asked last, for it is the dearest. */
	readonly readsBody?: true;
	/** @throws LocalhookError made by `refuse`, for a value that is none of this field's */
	read(pattern: Pattern, refuse: Refuse): Test;
	/** What a delivery has there, for people to read; undefined where it has nothing. */
	found(subject: Subject): string | undefined;
}

type Test = (subject: Subject) => boolean;

export type Refuse = (reason: string, advice: string) => LocalhookError;

export interface Subject {
	readonly delivery: Delivery;
	readonly now: number;
	readonly last: Attempt | undefined;
	/** Decoded once, however many terms ask, and not at all when none does. */
	foldedBody(): string;
}

export function subjectOf(delivery: Delivery, now: number): Subject {
	let folded: string | undefined;
	return {
		delivery,
		now,
		last: delivery.attempts.at(-1),
		foldedBody() {
			folded ??= fold(textOf(delivery.body));
			return folded;
		},
	};
}

export const states: readonly string[] = Object.keys({
	pending: true,
	delivered: true,
	failed: true,
	cancelled: true,
} satisfies Record<DeliveryState, true>);
const oneOfStates = `one of ${states.join(", ")}`;

type Texts = (subject: Subject) => readonly (string | undefined)[];

const id = textField(isWhole, (text) => text);
const name = textField(isWhole, fold);
const prose = textField(isPart, fold);

function textField(
	fits: (pattern: Pattern, text: string) => boolean,
	normal: (text: string) => string,
) {
	return (texts: Texts): Field => ({
		read(pattern) {
			const wanted = pattern.map(normal);
			return (subject) =>
				texts(subject).some(
					(text) => text !== undefined && fits(wanted, normal(text)),
				);
		},
		found: (subject) =>
			texts(subject)
				.filter((text) => text !== undefined)
				.join(": ") || undefined,
	});
}

/** Something else than a text: in such a field a `*` is a character like any other. */
function valueField(
	parse: (word: string) => Test | undefined,
	[reason, advice, known = []]: Refusal,
	found: (subject: Subject) => string,
): Field {
	return {
		read(pattern, refuse) {
			const word = pattern.join("*");
			const test = parse(word);
			if (test !== undefined) return test;
			throw refuse(reason, `${advice}${didYouMean(word, known)}`);
		},
		found,
	};
}

type Refusal = [reason: string, advice: string, known?: readonly string[]];

type IsWanted = (createdAt: number, moment: number) => boolean;

function time(isWanted: IsWanted): Field {
	return valueField(
		(word) => readMoment(word, isWanted),
		[
			"a time is missing",
			"Give how long ago it was, such as 10m or 3d, or when, such as 2026-11-21 or 2026-11-21T10:00:00Z.",
		],
		({ delivery }) => new Date(delivery.createdAt).toISOString(),
	);
}

/** Reads `10m`, which is that long before now, and `2026-11-21` and `2026-11-21T10:00:00Z`, which are fixed. */
function readMoment(word: string, isWanted: IsWanted): Test | undefined {
	const at = parseIsoTime(word);
	if (at !== undefined)
		return ({ delivery }) => isWanted(delivery.createdAt, at);
	try {
		const ago = parseDuration(word);
		return ({ delivery, now }) => isWanted(delivery.createdAt, now - ago);
	} catch {
		return undefined;
	}
}

function readState(word: string): Test | undefined {
	const wanted = word.toLowerCase();
	return states.includes(wanted)
		? ({ delivery }) => delivery.state === wanted
		: undefined;
}

type Comparison = (value: number, limit: number) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
	"": (value, limit) => value === limit,
	"=": (value, limit) => value === limit,
	">": (value, limit) => value > limit,
	">=": (value, limit) => value >= limit,
	"<": (value, limit) => value < limit,
	"<=": (value, limit) => value <= limit,
};

function readComparison(
	word: string,
	numberOf: (subject: Subject) => number,
): Test | undefined {
	const [, sign = "", digits] = /^([<>]?=?)(\d{1,15})$/.exec(word) ?? [];
	const compare = comparisons[sign];
	return digits === undefined
		? undefined
		: (subject) => compare?.(numberOf(subject), Number(digits)) === true;
}

function readHttpStatus(word: string): Test | undefined {
	const hundreds = /^([1-5])xx$/i.exec(word)?.[1];
	// Without an answer it is no number, which compares with none.
	const statusOf = ({ last }: Subject) => Number(last?.response?.status);
	return hundreds === undefined
		? readComparison(word, statusOf)
		: (subject) => Math.floor(statusOf(subject) / 100) === Number(hundreds);
}

/** What a term can be about, by the name before its colon. The help for each is in fixtures/command-line.yaml. */
export const fields = {
	id: id(({ delivery }) => [delivery.id]),
	event: id(({ delivery: { event } }) => [event.id, event.type]),
	provider: name(({ delivery }) => [delivery.event.provider]),
	type: name(({ delivery }) => [delivery.event.type]),
	state: valueField(
		readState,
		["there is no such state", `Give ${oneOfStates}.`, states],
		({ delivery }) => delivery.state,
	),
	status: valueField(
		(word) => readState(word) ?? readHttpStatus(word),
		[
			"there is no such HTTP status or state",
			`Give one such as 500, 5xx or >=400, or ${oneOfStates}.`,
			states,
		],
		({ delivery, last }) =>
			[last?.response?.status ?? [], delivery.state].flat().join(", "),
	),
	endpoint: id(({ delivery }) => [delivery.endpoint]),
	url: prose(({ delivery }) => [maskUrl(delivery.url)]),
	attempts: valueField(
		(word) => readComparison(word, ({ delivery }) => delivery.attempts.length),
		["a number is missing", "Give one such as 3, >1 or <=5."],
		({ delivery }) => String(delivery.attempts.length),
	),
	parent: id(({ delivery }) => [delivery.parent]),
	sign: {
		// With its age or without: stale:10m is stale.
		...name(({ delivery: { sign } }) => [sign, sign?.replace(/:.*/s, "")]),
		found: ({ delivery }) => delivery.sign,
	},
	reason: prose(({ delivery }) => [delivery.reason]),
	error: prose(({ last }) => [last?.error?.code, last?.error?.message]),
	before: time((createdAt, moment) => createdAt < moment),
	after: time((createdAt, moment) => createdAt >= moment),
	body: {
		readsBody: true,
		read(pattern) {
			const wanted = pattern.map(fold);
			return (subject) => isPart(wanted, subject.foldedBody());
		},
		found: ({ delivery }) => textOf(delivery.body) || undefined,
	},
} satisfies Record<string, Field>;

const head = prose(({ delivery: { id, event, url, reason } }) => [
	id,
	event.id,
	event.type,
	maskUrl(url),
	reason,
]);

export const freeText: Field = {
	readsBody: true,
	read(pattern, refuse) {
		const isInHead = head.read(pattern, refuse);
		const isInBody = fields.body.read(pattern);
		return (subject) => isInHead(subject) || isInBody(subject);
	},
	found: () => undefined,
};

/** What is to be found, cut at each `*`: `study.*` is `["study.", ""]`. */
export type Pattern = readonly string[];

function isWhole(pattern: Pattern, text: string): boolean {
	if (pattern.length === 1) return text === pattern[0];
	const [first = "", ...middle] = pattern;
	const last = middle.pop() as string;
	return (
		text.length >= first.length + last.length &&
		text.startsWith(first) &&
		text.endsWith(last) &&
		isPart(middle, text.slice(first.length, text.length - last.length))
	);
}

/** Whether the pattern is somewhere in the text: its pieces one after the other, so the text is walked once. */
function isPart(pattern: Pattern, text: string): boolean {
	let from = 0;
	for (const piece of pattern) {
		const at = text.indexOf(piece, from);
		if (at === -1) return false;
		from = at + piece.length;
	}
	return true;
}

/**
 * The text regardless of case. Upper case and not lower, in which what a letter becomes depends on its neighbours
 * (the Greek sigma), so that a part of a text would not always be a part of the folded one.
 */
export function fold(text: string): string {
	return text.toUpperCase();
}
