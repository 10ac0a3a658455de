import type { Delivery, EventRecord } from "../contract/records.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { didYouMean } from "../nearest.ts";
import {
	type Field,
	fields,
	fold,
	freeText,
	type Pattern,
	type Refuse,
	type Subject,
	subjectOf,
} from "./fields.ts";

export interface Query {
	readonly text: string;
	readonly terms: readonly Term[];
	/** @param now epoch milliseconds on the engine's clock, for `before` and `after` */
	matches(delivery: Delivery, now: number): boolean;
}

export interface Term {
	/** `text`: a word or a quoted text without a field. */
	readonly field: string;
	/** As it was written, without `-` and the field. */
	readonly wanted: string;
	readonly negated: boolean;
	readonly readsBody: boolean;
	holds(subject: Subject): boolean;
	found(subject: Subject): string | undefined;
}

/**
 * Reads a query. A delivery matches when each term holds, also when two are about the same field; an empty query
 * matches every delivery. `-` before a term turns it round, `a,b` after a field means either, `*` is any run of
 * characters, and in quotes every character means itself (`\"` and `\\` for those two). What a delivery does not have
 * equals nothing: `parent:*` holds where there is one.
 *
 * Matching takes time in proportion to the delivery's size, whatever the query.
 *
 * @param known the providers and event types there are: another one is refused
 * @throws LocalhookError `invalid-query`, with the place, counted from 1, in `details.position`
 */
export function parseQuery(text: string, known: Known = {}): Query {
	if (typeof text !== "string")
		throw new LocalhookError(
			"invalid-query",
			`Failed to read the query: ${quoted(text)} is not text. Give one such as "state:delivered".`,
		);
	const terms = readTerms(text, known);
	const cheapFirst = terms.toSorted(
		(a, b) => Number(a.readsBody) - Number(b.readsBody),
	);
	return {
		text,
		terms,
		matches(delivery, now) {
			const subject = subjectOf(delivery, now);
			return cheapFirst.every((term) => term.holds(subject));
		},
	};
}

/** The names there are in a field. Without them, any name will do. */
export type Known = Partial<
	Record<"provider" | "type" | "sign", readonly string[]>
>;

const longestQuery = 4096;
/** `-`, the name of a field, and what belongs together: quoted texts, and all that is neither space nor quote. */
const term = /\s*((-?)(?:([a-z_][\w-]*):)?((?:"(?:[^"\\]|\\.)*"|[^\s"])*))/isy;

function readTerms(query: string, known: Known): Term[] {
	if (query.length > longestQuery)
		throw refuseAt(query, longestQuery)(
			`it is longer than ${longestQuery} characters`,
			"Give a shorter one.",
		);
	const end = query.trimEnd().length;
	const terms: Term[] = [];
	for (let at = 0; at < end; at = term.lastIndex) {
		term.lastIndex = at;
		const found = term.exec(query) as RegExpExecArray;
		const [, whole = "", sign, name, written = ""] = found;
		const [stop, position] = [term.lastIndex, term.lastIndex - whole.length];
		if (query[stop] === '"')
			throw refuseAt(query, stop)(
				"a quoted text has no end",
				'End it with ", and write \\" for one inside.',
			);
		const values = readValues(written, stop - written.length, name);
		if (values.some(({ pattern }) => pattern.join("*") === ""))
			throw refuseAt(query, position)(
				"there is nothing to look for",
				'Give a term such as state:failed, type:study.* or "free text".',
			);
		const field = fieldOf(name, refuseAt(query, position));
		const tests = values.map(({ pattern, position }) => {
			const refuse = refuseAt(query, position);
			refuseUnknown(pattern, known, refuse, name);
			return field.read(pattern, refuse);
		});
		const negated = sign === "-";
		terms.push({
			field: name ?? "text",
			wanted: written,
			negated,
			readsBody: field.readsBody ?? false,
			holds: (subject) => tests.some((test) => test(subject)) !== negated,
			found: field.found,
		});
	}
	return terms;
}

const mostNamed = 20;

function refuseUnknown(
	pattern: Pattern,
	known: Known,
	refuse: Refuse,
	field: string | undefined,
): void {
	const names = known[field as keyof Known];
	if (names === undefined) return;
	const [whole = "", ...more] = pattern.map(fold);
	// A way to sign wrongly may have an age: stale:10m.
	const name = field === "sign" ? whole.replace(/:.*/s, "") : whole;
	if (more.length > 0 || names.some((each) => fold(each) === name)) return;
	throw refuse(
		`there is no ${field} of this name`,
		didYouMean(name, names).trim() ||
			`There is ${names.slice(0, mostNamed).join(", ")}${names.length > mostNamed ? " and more" : ""}.`,
	);
}

function fieldOf(field: string | undefined, refuse: Refuse): Field {
	if (field === undefined) return freeText;
	if (Object.hasOwn(fields, field)) return fields[field as keyof typeof fields];
	const names = Object.keys(fields);
	throw refuse(
		"there is no such field",
		`The fields are ${names.join(", ")}.${didYouMean(field, names)} Text with a colon stands in quotes.`,
	);
}

const ofEvents: readonly string[] = [
	"event",
	"type",
	"provider",
	"before",
	"after",
] satisfies (keyof typeof fields)[];

/** Whether a query holds for an event itself. None does that asks for something which only a delivery has. */
export function matchesEvent(
	{ terms }: Query,
	event: EventRecord,
	now: number,
): boolean {
	const known = { event, createdAt: event.time, attempts: [] };
	const subject = subjectOf(known as Partial<Delivery> as Delivery, now);
	return terms.every(
		(each) => ofEvents.includes(each.field) && each.holds(subject),
	);
}

interface Value {
	readonly position: number;
	readonly pattern: Pattern;
}

const piece = /"((?:[^"\\]|\\.)*)"|[*,]|[^"*,]+/gs;

/** One, or behind a field the several of a list `a,b`. */
function readValues(
	written: string,
	start: number,
	field: string | undefined,
): Value[] {
	let pattern = [""];
	const values: Value[] = [{ position: start, pattern }];
	for (const { 0: bare, 1: quoted, index } of written.matchAll(piece)) {
		if (bare === "*") pattern.push("");
		else if (bare === "," && field !== undefined) {
			pattern = [""];
			values.push({ position: start + index + 1, pattern });
		} else {
			const text = quoted?.replaceAll(/\\(["\\])/g, "$1") ?? bare;
			pattern.push(`${pattern.pop()}${text}`);
		}
	}
	return values;
}

/** `position` counts from 0, and is shown from 1. */
function refuseAt(query: string, position: number): Refuse {
	const excerpt = JSON.stringify(query.slice(position, position + 40));
	return (reason, advice) =>
		new LocalhookError(
			"invalid-query",
			`Failed to read the query: ${reason} at character ${position + 1} (${excerpt}). ${advice}`,
			{ details: { position: position + 1 } },
		);
}
