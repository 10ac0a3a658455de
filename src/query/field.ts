import { textOf } from "../bytes.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import { fold, type Pattern, type Refuse } from "./tokens.ts";

export interface Help {
	readonly summary: string;
	readonly example: string;
}

/** What a term can ask about. */
export interface Field extends Help {
	/** Such a term is asked last, for it is the dearest. */
	readonly readsBody?: true;
	/** @throws LocalhookError made by `refuse`, for a value that is none of this field's */
	read(pattern: Pattern, refuse: Refuse): Test;
	/** What a delivery has there, for people to read. */
	found(subject: Subject): string | undefined;
}

export type Test = (subject: Subject) => boolean;

/** A delivery that is asked about, at one moment. */
export interface Subject {
	readonly delivery: Delivery;
	/** Epoch milliseconds. */
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
			folded ??= fold(bodyText(delivery));
			return folded;
		},
	};
}

export function bodyText({ body }: Delivery): string {
	return textOf(body);
}
