import type { Delivery } from "../contract/records.ts";
import type { FieldName } from "./fields.ts";
import type { Query } from "./parse.ts";
import { subjectOf } from "./subject.ts";

const sameForType: readonly FieldName[] = ["provider", "type"];

/**
 * Whether what a query says of the provider and the event type holds for a delivery. It does for all of that type or
 * for none, so whoever has many to ask about asks for one.
 */
export function canMatchType({ terms }: Query, delivery: Delivery): boolean {
	const subject = subjectOf(delivery, 0);
	return terms.every(
		(term) =>
			!(sameForType as readonly string[]).includes(term.field) ||
			term.holds(subject),
	);
}
