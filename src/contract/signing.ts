/** A request that is about to be signed, whole: schemes differ in what of it they cover. */
export interface Message {
	/** The event's, or the delivery's where the provider tells them apart. */
	readonly id: string;
	/** The event's type. */
	readonly type: string;
	/** The endpoint's URL as it is registered. */
	readonly url: string;
	readonly method: string;
	/** Those of the request, but for the signature's own. */
	readonly headers: Readonly<Record<string, string>>;
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
	/** The URL that was called, as it is registered at the provider. Required where it is signed. */
	readonly url?: string;
	/** Default: POST. */
	readonly method?: string;
	/** The receiver's time, epoch milliseconds; absent: a timestamp's age is not judged. */
	readonly now?: number;
}

/** The check that a signature fails. */
export type FailedCheck =
	| "secret" // there is none to check against, or it is no key of this scheme
	| "signature-header" // absent
	| "signature-format" // not the shape the provider sends
	| "signed-header" // another header that is signed is absent
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

export type Algorithm =
	| "hmac-sha1"
	| "hmac-sha256"
	| "hmac-sha512"
	| "sha256"
	| "ed25519"
	| "ecdsa-p256"
	| "rsa-sha256";

/** A piece of what is signed. */
export interface Part {
	/** What of the message it is, by the name that schemes have for it. Absent: text that stands between. */
	readonly name?: string;
	readonly value: string | Uint8Array;
}

/** What a signature is made of, so that other tools can compute it again. */
export interface Recipe {
	readonly algorithm: Algorithm;
	/** The header whose value holds the signature. */
	readonly header: string;
	readonly encoding: "hex" | "HEX" | "base64";
	/** One for each signature, the newest secret's first. */
	readonly signatures: readonly {
		readonly secret: string;
		/** The secret's bytes, once decoded. */
		readonly key: Uint8Array;
		readonly content: Uint8Array;
		/** The same in its pieces, in order. */
		readonly parts: readonly Part[];
	}[];
}

/** A provider's signature: the headers it adds, and the check a receiver makes of them. */
export interface Signer {
	/** The header that carries the signature. */
	readonly header: string;
	/** All that it adds, that one included. */
	readonly headers: readonly string[];
	/** The header with the time it was made at, if that is signed: it may be the signature's own. */
	readonly timestampHeader?: string | undefined;
	/** How old a signature may be, in milliseconds, where the provider says so. */
	readonly tolerance?: number | undefined;
	/** What a receiver reads beside the signature; `at`, in epoch milliseconds, is the time that it judges. */
	held?(received: Pick<Received, "headers" | "body">): {
		readonly id?: string | undefined;
		readonly type?: string | undefined;
		readonly at?: number | undefined;
	};
	/** The body with another time in it. Absent: the time that a receiver judges is in no body. */
	readonly dated?: ((body: Uint8Array, at: number) => Uint8Array) | undefined;
	/** A secret of the right form that no provider issues, to sign wrongly with. */
	readonly neverIssued: string;
	/** Another such secret: the same text makes the same one. */
	secretFrom(text: string): string;
	/** undefined: it cannot be said as one algorithm over some bytes. */
	recipe(message: Message): Recipe | undefined;
	/** One signature of any bytes, as the scheme writes it. @throws LocalhookError `invalid-secret` */
	over(content: Uint8Array, secret: string): string;
	/** @throws LocalhookError `invalid-secret` for a secret that is no key of this scheme */
	sign(message: Message): Record<string, string>;
	/** Compares in constant time and names the check that failed. */
	verify(received: Received): Verdict;
}
