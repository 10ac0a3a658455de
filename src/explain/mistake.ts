import type { Attempt, Delivery } from "../contract/records.ts";

/** What receivers get wrong when they check a signature. */
export type MistakeName =
	| "not-genuine" // the delivery itself does not verify
	| "route" // it was called where it has no route
	| "timestamp-age"
	| "reserialised-json"
	| "newline"
	| "charset"
	| "digest-encoding"
	| "signature-prefix"
	| "one-signature"
	| "secret-text"
	| "secret-decoded"
	| "timestamp";

/** A mistake that explains why a receiver rejected a delivery. */
export interface Mistake {
	readonly name: MistakeName;
	/** What the receiver does, and what to do now. */
	readonly sentence: string;
	/** The receiver was asked and did what only this mistake does; false: it would explain the rejection. */
	readonly certain: boolean;
}

/** One mistake in one form, and what a receiver that makes it would accept. */
export interface Guess {
	readonly name: MistakeName;
	readonly sentence: string;
	/** The delivery's headers, signed as that receiver expects. Those of a right signature: it does no harm here. */
	headers(): Headers;
}

export type Headers = Readonly<Record<string, string>>;

const what = ({ id, event }: Delivery) => `${event.type} (${id})`;
const rejection = (delivery: Delivery, { number, response }: Attempt) =>
	`The receiver rejected ${what(delivery)} with ${response?.status} at attempt ${number}, though its signature is right.`;

/** Explanations for people. */
export const tell = {
	notRejected: (delivery: Delivery, attempt: Attempt | undefined) =>
		attempt === undefined
			? `${what(delivery)} has not been attempted yet.`
			: attempt.ok
				? `${what(delivery)} was accepted.`
				: `The receiver did not answer ${what(delivery)}: ${attempt.error?.message}.`,
	wrong: (delivery: Delivery, sentence: string) =>
		`The receiver rejected ${what(delivery)}. ${sentence}`,
	found: (
		delivery: Delivery,
		attempt: Attempt,
		mistakes: readonly Mistake[],
	) =>
		mistakes.length === 1
			? `${rejection(delivery, attempt)} ${mistakes[0]?.sentence}`
			: listed(`${rejection(delivery, attempt)} It is one of these:`, mistakes),
	perhaps: (
		delivery: Delivery,
		attempt: Attempt,
		mistakes: readonly Mistake[],
	) =>
		listed(
			`${rejection(delivery, attempt)} What would explain it, the likeliest first:`,
			mistakes,
		),
	acceptedNow: (delivery: Delivery) =>
		`The receiver rejected ${what(delivery)}, and accepted the same bytes and headers when it was asked again. It is not about the signature: look at what else it needs.`,
	silent: (delivery: Delivery) =>
		`The receiver rejected ${what(delivery)}, and did not answer when it was asked again. See what it waits for.`,
	noneOfThem: (delivery: Delivery, attempt: Attempt) =>
		`${rejection(delivery, attempt)} None of the usual mistakes explains it: it rejects the delivery in whatever way it is signed. ` +
		"Look whether it has the right secret, and whether it rejects for another reason than the signature.",
};

function listed(heading: string, mistakes: readonly Mistake[]): string {
	return [heading, ...mistakes.map(({ sentence }) => `- ${sentence}`)].join(
		"\n",
	);
}
