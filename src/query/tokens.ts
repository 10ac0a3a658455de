import { LocalhookError } from "../errors.ts";

/** One term of a query, not yet understood. */
export interface Token {
	/** Where it starts in the query, from 0. */
	readonly position: number;
	readonly negated: boolean;
	/** Absent: a word or a quoted text of its own. */
	readonly field: string | undefined;
	/** What stands after `-` and the field, as it was written. */
	readonly written: string;
	/** One, or the several of a list `a,b`. */
	readonly values: readonly Value[];
}

interface Value {
	readonly position: number;
	readonly pattern: Pattern;
}

const longestQuery = 4096;
const mostValues = 100;
/** `-`, the name of a field, and what belongs together: quoted texts, and all that is neither space nor quote. */
const term = /\s*((-?)(?:([a-z_][\w-]*):)?((?:"(?:[^"\\]|\\.)*"|[^\s"])*))/isy;
/** A quoted text, a sign, or what is neither. */
const piece = /"((?:[^"\\]|\\.)*)"|[*,]|[^"*,]+/gs;

/** @throws LocalhookError `invalid-query` */
export function tokenise(query: string): Token[] {
	if (query.length > longestQuery)
		throw refuseAt(query, longestQuery)(
			`it is longer than ${longestQuery} characters`,
			"Give a shorter one.",
		);
	const end = query.trimEnd().length;
	const tokens: Token[] = [];
	let room = mostValues;
	for (let at = 0; at < end; at = term.lastIndex) {
		term.lastIndex = at;
		const token = readToken(query, term.exec(query) as RegExpExecArray);
		room -= token.values.length;
		if (room < 0)
			throw refuseAt(query, token.position)(
				`it has more than ${mostValues} terms, each value of a list counted`,
				"Give fewer.",
			);
		tokens.push(token);
	}
	return tokens;
}

function readToken(query: string, found: RegExpExecArray): Token {
	const [, whole = "", sign, field, written = ""] = found;
	const end = term.lastIndex;
	if (query[end] === '"')
		throw refuseAt(query, end)(
			"a quoted text has no end",
			'End it with ", and write \\" for one inside.',
		);
	const position = end - whole.length;
	const values = readValues(written, end - written.length, field !== undefined);
	if (values.some(({ pattern }) => pattern.join("*") === ""))
		throw refuseAt(query, position)(
			"there is nothing to look for",
			'Give a term such as state:failed, type:study.* or "free text".',
		);
	return { position, negated: sign === "-", field, written, values };
}

function readValues(written: string, start: number, isList: boolean): Value[] {
	let pattern = [""];
	const values: Value[] = [{ position: start, pattern }];
	for (const { 0: bare, 1: quoted, index } of written.matchAll(piece)) {
		if (bare === "*") pattern.push("");
		else if (bare === "," && isList) {
			pattern = [""];
			values.push({ position: start + index + 1, pattern });
		} else {
			const text = quoted?.replaceAll(/\\(["\\])/g, "$1") ?? bare;
			pattern.push(`${pattern.pop()}${text}`);
		}
	}
	return values;
}

/** What is to be found, cut at each `*`: `study.*` is `["study.", ""]`. */
export type Pattern = readonly string[];

/** Whether the pattern is the whole text. */
export function isWhole(pattern: Pattern, text: string): boolean {
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
export function isPart(pattern: Pattern, text: string): boolean {
	let from = 0;
	for (const piece of pattern) {
		const at = text.indexOf(piece, from);
		if (at === -1) return false;
		from = at + piece.length;
	}
	return true;
}

/**
 * Up to it, V8's `indexOf` is a Boyer-Moore search, whose time grows with the text alone. Of a longer pattern it
 * looks at the end only, and one of 4,000 characters can cost a second in 1 MiB.
 * https://github.com/v8/v8/blob/main/src/strings/string-search.h
 */
const longest = 250;

/** Refuses a pattern that takes too long to look for. */
export function short(pattern: Pattern, refuse: Refuse): Pattern {
	if (pattern.every((piece) => piece.length <= longest)) return pattern;
	throw refuse(
		`a text is longer than ${longest} characters`,
		"Give a part of it.",
	);
}

/**
 * The text regardless of case. Upper case and not lower, in which what a letter becomes depends on its neighbours
 * (the Greek sigma), so that a part of a text would not always be a part of the folded one.
 */
export function fold(text: string): string {
	return text.toUpperCase();
}

/** Makes the error about one place of a query. */
export type Refuse = (reason: string, advice: string) => LocalhookError;

/** `position` counts from 0, and is shown from 1. */
export function refuseAt(query: string, position: number): Refuse {
	const excerpt = JSON.stringify(query.slice(position, position + 40));
	return (reason, advice) =>
		new LocalhookError(
			"invalid-query",
			`Failed to read the query: ${reason} at character ${position + 1} (${excerpt}). ${advice}`,
			{ details: { position: position + 1 } },
		);
}
