import type { EventRecord } from "../../contract/records.ts";
import type { Encoded, Provider } from "../../provider.ts";
import type { OpenFormat } from "./shape.ts";

export const events: Provider<OpenFormat>["events"] = {
	transaction: {
		summary:
			"One of the account's transactions was broadcast on chain; the payload is its receipt.",
	},
	test: {
		summary:
			"A webhook is tested; the receiver answers with the signature it was sent.",
	},
};

/** The body's own words for the event: its name, and the key that tells a repetition from something new. */
export function stamp({ type, id }: Omit<EventRecord, "payload">): object {
	return { event: type, idempotency_key: id };
}

/** Compact JSON, its fields in the documented order even when the user's own body has another. */
export function encode({ payload: body }: EventRecord): Encoded {
	const { event, idempotency_key, ...rest } = body;
	return {
		body: JSON.stringify({ event, idempotency_key, ...rest }),
		headers: { "content-type": "application/json" },
	};
}
