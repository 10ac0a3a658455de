import { textOf } from "../bytes.ts";
import type { Attempt, Delivery } from "../contract/records.ts";
import { fold } from "./glob.ts";

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
