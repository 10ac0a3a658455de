/** Something that happened at a provider. Times are epoch milliseconds on the engine's clock. */
export interface EventRecord {
	readonly id: string;
	readonly provider: string;
	readonly type: string;
	/** The body as the provider would deliver it, before it is turned into bytes. */
	readonly payload: Readonly<Record<string, unknown>>;
	readonly time: number;
	/** The workspace that it happened in, where the provider tells them apart and it is known. */
	readonly workspace?: string;
	/** The id of the API call that led to it, when one did. */
	readonly call?: string;
}

/** How a delivery stands: `pending` until it has ended. */
export type DeliveryState = "pending" | "delivered" | "failed" | "cancelled";

/** One event on its way to one endpoint. */
export interface Delivery {
	readonly id: string;
	readonly event: EventRecord;
	readonly endpoint: string;
	/** The registered URL; each attempt says where it really went. */
	readonly url: string;
	/** Encoded once: what is signed is what is sent, stored, shown and resent. */
	readonly body: Uint8Array;
	readonly headers: Readonly<Record<string, string>>;
	readonly createdAt: number;
	readonly attempts: readonly Attempt[];
	readonly state: DeliveryState;
	/** Why the delivery ended without being delivered. */
	readonly reason?: string;
	/** When the next attempt is due. */
	readonly nextAt?: number;
	/** What keeps it from being attempted at all: a paused endpoint, a fault. */
	readonly held?: string;
	readonly updatedAt: number;
	/** The delivery this one repeats. */
	readonly parent?: string;
	/** `exact`: with the parent's bytes and headers as they were; `resign`: with a timestamp and signature of its own. */
	readonly resent?: "exact" | "resign";
	/** How it was signed wrongly, on purpose. */
	readonly sign?: string;
}

/** One HTTP exchange of a delivery, or the reason why there was none. */
export interface Attempt {
	readonly number: number;
	readonly at: number;
	/** Milliseconds. */
	readonly duration: number;
	/** Where the request went: the registered URL after rewriting, without a user and password. */
	readonly url: string;
	readonly headers: Readonly<Record<string, string>>;
	readonly response?: AttemptResponse;
	readonly error?: AttemptError;
	readonly ok: boolean;
	/** The delivery was signed wrongly on purpose, and the receiver accepted it where it had to refuse it. */
	readonly wronglyAccepted?: true;
	/** What was done to it on purpose. */
	readonly fault?: string;
	/**
	 * The receiver had closed a connection that was kept from an earlier delivery, so the request was sent once more at
	 * once, on a new one.
	 */
	readonly reconnected?: true;
}

/** What the receiver answered to an attempt. */
export interface AttemptResponse {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | string[]>>;
	/** At most 64 KiB are kept. */
	readonly body: Uint8Array;
	readonly truncated: boolean;
}

/** Why an attempt has no response. */
export interface AttemptError {
	readonly code: "timeout" | "connection" | "refused-receiver";
	readonly message: string;
	/** What a receiver in this process threw. Neither listed nor saved. */
	readonly cause?: unknown;
}

/** What a provider says of one kind of record it keeps. */
export interface CollectionSpec<Entry> {
	/** The component schema of the provider's document that each record satisfies. Absent: it may be anything. */
	readonly schema?: string;
	/** The field that identifies a record. */
	readonly key: keyof Entry & string;
	/** Look-ups beside the key: each gives the values a record is found under. */
	readonly indexes?: Readonly<
		Record<string, (entry: Entry) => readonly string[]>
	>;
}

/**
 * Records by key, in the order they were first put. Every look-up is a hash look-up; nothing scans.
 * Records are replaced, never edited: what `get` returned yesterday still shows yesterday.
 */
export interface Collection<Entry> {
	readonly size: number;
	get(key: string): Entry | undefined;
	/** The records an index lists under a value, oldest first. */
	by(index: string, value: string): readonly Entry[];
	values(): Iterable<Entry>;
	/**
	 * Creates the record or replaces the one with its key.
	 * @throws when the record does not satisfy the document's schema.
	 */
	put(entry: Entry): Entry;
	delete(key: string): boolean;
}
