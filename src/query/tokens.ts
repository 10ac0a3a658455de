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

export interface Value {
	readonly position: number;
	readonly pattern: Pattern;
}

const longestQuery = 4096;
const mostValues = 100;
const fieldName = /[a-z_][\w-]*(?=:)/iy;
/** A quoted text, a sign, or what is neither. */
const piece = /"((?:[^"\\]|\\.)*)"|[*,]|[^\s"*,]+/sy;

/** @throws LocalhookError `invalid-query` */
export function tokenise(query: string): Token[] {
	if (query.length > longestQuery) {
		throw refuseAt(query, longestQuery)(
			`it is longer than ${longestQuery} characters`,
			"Give a shorter one.",
		);
	}
	const tokens: Token[] = [];
	let room = mostValues;
	for (let at = skipSpace(query, 0); at < query.length; ) {
		const { token, end } = readToken(query, at);
		room -= token.values.length;
		if (room < 0) {
			throw refuseAt(query, at)(
				`it has more than ${mostValues} terms, each value of a list counted`,
				"Give fewer.",
			);
		}
		tokens.push(token);
		at = skipSpace(query, end);
	}
	return tokens;
}

function readToken(query: string, position: number) {
	const negated = query[position] === "-";
	const start = position + Number(negated);
	const field = read(fieldName, query, start)?.[0];
	const from = field === undefined ? start : start + field.length + 1;
	const { values, end } = readValues(query, from, field !== undefined);
	if (values.some(({ pattern }) => pattern.join("*") === "")) {
		throw refuseAt(query, position)(
			"there is nothing to look for",
			'Give a term such as state:failed, type:study.* or "free text".',
		);
	}
	const written = query.slice(from, end);
	return { token: { position, negated, field, written, values }, end };
}

function readValues(query: string, start: number, list: boolean) {
	const values: Value[] = [];
	let value = { position: start, pattern: [""] };
	let at = start;
	while (at < query.length && !isSpace(query, at)) {
		const found = read(piece, query, at);
		if (found === undefined) {
			throw refuseAt(query, at)(
				"a quoted text has no end",
				'End it with ", and write \\" for one inside.',
			);
		}
		const [bare, quoted] = found;
		if (bare === "*") value.pattern.push("");
		else if (bare === "," && list) {
			values.push(value);
			value = { position: at + 1, pattern: [""] };
		} else {
			const text = quoted?.replaceAll(/\\(["\\])/g, "$1") ?? bare;
			value.pattern.push(`${value.pattern.pop()}${text}`);
		}
		at += bare.length;
	}
	return { values: [...values, value], end: at };
}

function read(expression: RegExp, text: string, at: number) {
	expression.lastIndex = at;
	return expression.exec(text) ?? undefined;
}

function skipSpace(text: string, start: number): number {
	let at = start;
	while (at < text.length && isSpace(text, at)) at++;
	return at;
}

function isSpace(text: string, at: number): boolean {
	return /\s/.test(text.charAt(at));
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
