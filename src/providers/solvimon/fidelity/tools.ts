import type { FidelityEntry } from "../../../contract/fidelity.ts";
import { assumed } from "./entries.ts";
import { openapi, testing, webhookEvents } from "./sources.ts";

/** The penalty box, tests and webhook events. */
export const tools: readonly FidelityEntry[] = [
	...assumed(
		openapi,
		"penalty_box is IN_PENALTY_BOX while a delivery that failed waits for its next attempt, else null.",
		"penalty_box_data counts the retries made, without the first attempt, and its payload is the body as text.",
		"send-penalty-box-payload tries the stuck delivery at once; a success frees the ones behind it, in order, and a failure counts as a retry.",
		"A webhook that is not in the penalty box, inactive or without a url answers 409 INVALID_OPERATION to the sending operations.",
	),
	...assumed(
		testing,
		"A test is one delivery of the type WEBHOOK.TEST with the webhook's id, name, reference and url, and the request id of its call; it is not repeated.",
		"test-connection is unsigned, since there is no secret yet, and answers 400 MISSING_FIELD without a url.",
		"The message of a test says what the receiver answered.",
	),
	...assumed(
		webhookEvents,
		"A webhook event is one delivery to one webhook, with its payload, in pages like those of webhooks; tests are not among them.",
		"Looking at webhook events needs the permission WEBHOOK.VIEW; order_by takes created_at and updated_at.",
		"Resending makes a new webhook event and answers with it; for a deleted or inactive webhook it answers 409 INVALID_OPERATION.",
	),
];
