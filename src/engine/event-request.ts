import type { Assigned } from "./assign.ts";
import type { PayloadRequest } from "./payload.ts";

/** What a user says of an event that is to happen, and of how it is sent. */
export interface EventRequest extends PayloadRequest {
	/** Path in the body to its value as text, typed after the document: `{ "metadata.study.name": "x" }`. */
	readonly assign?: Assigned | undefined;
	/** Bytes that are sent as they are, in place of any payload. */
	readonly body?: Uint8Array | undefined;
	/** A URL that gets it though nobody registered it. */
	readonly to?: string | undefined;
	/** A way to sign wrongly, such as `stale:10m`. */
	readonly sign?: string | undefined;
	/** The id of the API call that caused it. */
	readonly cause?: string | undefined;
}
