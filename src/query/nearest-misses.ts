import type { Delivery } from "../contract/records.ts";
import { shortened } from "../printing.ts";
import { type Subject, subjectOf } from "./fields.ts";
import type { Query, Term } from "./parse.ts";

export interface Miss {
	readonly delivery: Delivery;
	readonly differs: readonly Difference[];
}

export interface Difference {
	/** `text`: a word or a quoted text without a field. */
	readonly field: string;
	/** As the query says it, after `not ` where the term is negated. */
	readonly wanted: string;
	/** In one line of at most 100 characters; absent where the delivery has nothing there. */
	readonly found?: string;
}

const mostDifferences = 3;
const longestFound = 100;

/**
 * The deliveries for which most of the terms hold, though not all; the newest first among equals.
 *
 * @example
 * nearestMisses(query, journal.newest(), clock.now()).map(describeMiss)
 */
export function nearestMisses(
	query: Query,
	deliveries: Iterable<Delivery>,
	now: number,
	count = 3,
): Miss[] {
	// Not kept with the subjects: each of those may hold a whole body.
	return [...deliveries]
		.map((delivery) => {
			const subject = subjectOf(delivery, now);
			const missed = query.terms.filter((term) => !term.holds(subject));
			return { delivery, missed };
		})
		.filter(({ missed }) => missed.length > 0)
		.sort(
			(a, b) =>
				a.missed.length - b.missed.length ||
				b.delivery.createdAt - a.delivery.createdAt,
		)
		.slice(0, count)
		.map(({ delivery, missed }) => {
			const subject = subjectOf(delivery, now);
			const terms = missed.slice(0, mostDifferences);
			return {
				delivery,
				differs: terms.map((term) => difference(term, subject)),
			};
		});
}

/**
 * @example
 * describeMiss(miss) // "delivery dlv_3f.. differs in state: wanted failed, found delivered"
 */
export function describeMiss({ delivery, differs }: Miss): string {
	const each = differs.map(
		({ field, wanted, found = "nothing" }) =>
			`${field}: wanted ${wanted}, found ${found}`,
	);
	return `delivery ${delivery.id} differs in ${each.join("; ")}`;
}

function difference(term: Term, subject: Subject): Difference {
	const { field, wanted, negated } = term;
	const found = term.found(subject) ?? (negated ? wanted : undefined);
	return {
		field,
		wanted: negated ? `not ${wanted}` : wanted,
		...(found !== undefined && {
			found: shortened(found.replaceAll(/\s+/g, " ").trim(), longestFound),
		}),
	};
}
