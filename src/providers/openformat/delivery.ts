import type { Reply } from "../../contract/operation.ts";
import type { DeliveryPolicy } from "../../contract/policy.ts";
import type { Received, Verdict } from "../../contract/signing.ts";
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
