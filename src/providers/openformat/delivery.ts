import type { Reply } from "../../contract/operation.ts";
import type { DeliveryPolicy } from "../../contract/policy.ts";
import type { EventRecord } from "../../contract/records.ts";
import type { Received, Verdict } from "../../contract/signing.ts";
import type { Encoded, Provider } from "../../provider.ts";
import type { OpenFormat } from "./shape.ts";
import { signatureHeader } from "./signature.ts";

const minute = 60_000;

export function delivery({ retry }: OpenFormat["options"]): DeliveryPolicy {
	return {
		// https://docs.openformat.tech/architecture/notifications
		timeout: 5000,
		retry: {
			delays: retry === "assumed" ? [1 * minute, 5 * minute, 30 * minute] : [],
			jitter: "none",
		},
		ordered: false,
	};
}

/** What a receiver that is up to date answers; the challenge is asked for in a test and does no harm elsewhere. */
export function receive({ headers }: Received, verdict: Verdict): Reply {
	return verdict.ok
		? { status: 200, body: { challenge: headers[signatureHeader] } }
		: { status: 401, body: { error: verdict.reason } };
}

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
export function eventFields({
	type,
	id,
}: Omit<EventRecord, "payload">): object {
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
