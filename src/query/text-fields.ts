import { maskUrl } from "../mask-url.ts";
import {
	bodyText,
	type Field,
	type Help,
	type Subject,
	type Test,
} from "./field.ts";
import { fold, isPart, isWhole, type Pattern, type Refuse } from "./tokens.ts";

/** Undefined where a delivery has no such thing. */
type Source = (subject: Subject) => string | undefined;

/**
 * Up to it, V8's `indexOf` is a Boyer-Moore search, whose time grows with the text alone. Of a longer pattern it
 * looks at the end only, and one of 4,000 characters can cost a second in 1 MiB.
 * https://github.com/v8/v8/blob/main/src/strings/string-search.h
 */
const longest = 250;

/** An id, or one of several: the whole of it, and its case counts. */
export function id(help: Help, ...sources: readonly Source[]): Field {
	return {
		...help,
		read(pattern, refuse) {
			const wanted = short(pattern, refuse);
			const tests = sources.map((source) => whole(wanted, source));
			return (subject) => tests.some((test) => test(subject));
		},
		found: textsOf(sources),
	};
}

/** A name: the whole of it, in any case. */
export function name(help: Help, source: Source): Field {
	return {
		...help,
		read: (pattern, refuse) =>
			whole(short(pattern.map(fold), refuse), folding(source)),
		found: source,
	};
}

/** A part of one of several texts, in any case. */
export function prose(help: Help, ...sources: readonly Source[]): Field {
	return {
		...help,
		read(pattern, refuse) {
			const wanted = short(pattern.map(fold), refuse);
			return (subject) =>
				sources.some((source) => {
					const text = folding(source)(subject);
					return text !== undefined && isPart(wanted, text);
				});
		},
		found: textsOf(sources),
	};
}

/** A part of the body, in any case. */
export function body(help: Help): Field {
	return {
		...help,
		readsBody: true,
		read(pattern, refuse) {
			const wanted = short(pattern.map(fold), refuse);
			return (subject) => isPart(wanted, subject.foldedBody());
		},
		found: ({ delivery }) => bodyText(delivery) || undefined,
	};
}

function textsOf(sources: readonly Source[]): Source {
	return (subject) =>
		sources
			.map((source) => source(subject))
			.filter((text) => text !== undefined)
			.join(": ") || undefined;
}

function whole(pattern: Pattern, source: Source): Test {
	return (subject) => {
		const text = source(subject);
		return text !== undefined && isWhole(pattern, text);
	};
}

function folding(source: Source): Source {
	return (subject) => {
		const text = source(subject);
		return text === undefined ? undefined : fold(text);
	};
}

function short(pattern: Pattern, refuse: Refuse): Pattern {
	if (pattern.every((piece) => piece.length <= longest)) return pattern;
	throw refuse(
		`a text is longer than ${longest} characters`,
		"Give a part of it.",
	);
}

const help = {
	summary: "a part of its id, event id, type, url, reason or body",
	example: '"in review"',
};
const head = prose(
	help,
	({ delivery }) => delivery.id,
	({ delivery }) => delivery.event.id,
	({ delivery }) => delivery.event.type,
	({ delivery }) => maskUrl(delivery.url),
	({ delivery }) => delivery.reason,
);
const rest = body(help);

/** What a term without a field is about. */
export const freeText: Field = {
	...help,
	readsBody: true,
	read(pattern, refuse) {
		const isInHead = head.read(pattern, refuse);
		const isInBody = rest.read(pattern, refuse);
		return (subject) => isInHead(subject) || isInBody(subject);
	},
	found: () => undefined,
};
