import type { Assigned } from "./assign.ts";
import type { PayloadRequest } from "./payload.ts";

/** What a user says of an event that is to happen, and of how it is sent. */
export interface EventRequest extends PayloadRequest {
	/** Path in the body to its value as text, typed after the document: `{ "metadata.study.name": "x" }`. */
	readonly set?: Assigned | undefined;
	/** Fields and values that the document does not know may be set. */
	readonly unchecked?: boolean | undefined;
	/** Bytes that are sent as they are, in place of any payload. */
	readonly body?: Uint8Array | undefined;
	/** A URL that gets it, whether anybody registered it or not. */
	readonly to?: string | undefined;
	/** The id of the only endpoint that gets it. */
	readonly endpoint?: string | undefined;
	/** The workspace that it happens in: its endpoints alone get it. */
	readonly workspace?: string | undefined;
	/** A way to sign wrongly, such as `stale:10m`. */
	readonly sign?: string | undefined;
	/** The id of the API call that led to it. */
	readonly call?: string | undefined;
}
