/** What is signed. */
export interface Message {
	readonly body: Uint8Array;
	/** The secrets valid now, newest first. Empty: the provider sends no signature. */
	readonly secrets: readonly string[];
	/** When this request is made, epoch milliseconds. */
	readonly at: number;
}

/** A delivery as its receiver has it, and what the receiver verifies it with. */
export interface Received {
	/** Lower-case names. */
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
	readonly body: Uint8Array;
	readonly secrets: readonly string[];
	/** The receiver's time, epoch milliseconds; absent: a timestamp's age is not judged. */
	readonly now?: number;
}

/** The check that a signature fails. */
export type FailedCheck =
	| "secret" // there is none to check against
	| "signature-header" // absent
	| "signature-format" // not the shape the provider sends
	| "timestamp-header"
	| "timestamp-age"
	| "signature"; // well-formed, but of other bytes or by another secret

/** Whether a signature is right, and if not, why. */
export type Verdict =
	| { readonly ok: true }
	| {
			readonly ok: false;
			readonly check: FailedCheck;
			readonly reason: string;
	  };

/** What a signature is the digest of, so that other tools can compute it again. */
export interface Recipe {
	/** The header whose value holds the digest. */
	readonly header: string;
	readonly encoding: "hex" | "HEX" | "base64";
	/** One for each secret, newest first. */
	readonly hmacs: readonly {
		readonly secret: string;
		readonly content: Uint8Array;
	}[];
}

/** A provider's signature: the headers it adds, and the check a receiver makes of them. */
export interface Signer {
	/** The header that carries the signature. */
	readonly header: string;
	/** The header with the time it was made at, when that is signed too. */
	readonly timestampHeader?: string | undefined;
	/** undefined: it is not an HMAC-SHA256. */
	recipe(message: Message): Recipe | undefined;
	sign(message: Message): Record<string, string>;
	/** Compares in constant time and names the check that failed. */
	verify(received: Received): Verdict;
}
