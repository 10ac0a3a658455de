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
