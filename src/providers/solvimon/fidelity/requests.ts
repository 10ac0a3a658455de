import type { FidelityEntry } from "../../../contract/fidelity.ts";
import {
	assumed,
	authentication,
	conventions,
	dataModel,
	documented,
	errors,
	idempotency,
	introduction,
	openapi,
	reported,
	rolling,
	sandbox,
	switchable,
	testing,
	troubleshooting,
	webhookEvents,
} from "./entries.ts";

/** What holds for every request. */
export const requests: readonly FidelityEntry[] = [
	...documented(
		introduction,
		"Every reply carries X-REQUEST-ID, an id such as reqr_HwDeRw0dFUrJrjCKk31w.",
	),
	...reported(
		dataModel,
		"A webhook's id begins with whk_, a webhook event's with whev_.",
	),
	...assumed(
		introduction,
		"After their prefix, ids have 20 letters and digits, as the documented ones have.",
	),
	...reported(conventions, "Times are ISO 8601 in UTC without milliseconds."),
	...documented(
		rolling,
		"A call carries a key in X-API-KEY or a bearer token in Authorization.",
	),
	...documented(authentication, "A missing or wrong key answers 401."),
	...documented(
		errors,
		"An error is an object with type, code and message, and field where one is at fault.",
	),
	...documented(
		troubleshooting,
		"An unknown id answers 404 RESOURCE_NOT_FOUND, although the OpenAPI document declares no 404.",
	),
	...assumed(
		errors,
		"401 comes with the code UNAUTHORISED and the type INVALID_REQUEST, 403 with USER_NOT_ALLOWED; the texts are ours.",
		"An absent field answers 400 MISSING_FIELD, an absent reference MISSING_REFERENCE, any other wrong value INVALID_FIELD.",
		"A body that is not JSON answers 400 BAD_REQUEST, one of another media type 415 UNSUPPORTED_MEDIA_TYPE, and a wrong method 405 BAD_REQUEST.",
		"An id of another form answers 400 INVALID_ID.",
		"One error is reported at a time: what is missing before what is wrong.",
	),
	switchable(
		"unknownVersion",
		errors,
		"A version other than 1 answers 404, as an integrator reports of another resource, with the code UNSUPPORTED_VERSION.",
	),
	...reported(
		sandbox,
		"A live customer can have a host of its own, such as https://acme.solvimon.com/v1.",
	),
	...documented(
		idempotency,
		"Idempotency-Key takes up to 255 characters and is kept for 48 hours; an answer that is given again has Idempotent-Replayed.",
		"The same key with another body answers 409, and while the first request is running 422.",
	),
	...reported(
		conventions,
		"Every operation takes an Idempotency-Key; a call that answered 400 can be corrected and repeated with its key.",
		"A 500 can be repeated with its key where it has Idempotency-Retryable: true.",
	),
	...assumed(
		idempotency,
		"A key belongs to the API key or token that it came with; another method, path or query answers 409 too.",
		"Only a 2XX is kept, from the moment of the answer on; any other answer leaves the key free.",
		"An answer that is given again has the same status and body, and an X-REQUEST-ID of its own.",
		"A request is authenticated and checked before its key is looked at; both refusals have the code IDEMPOTENCY_CHECK_FAILED.",
		"Errors that are asked for as a fault have Idempotency-Retryable from 500 on, since nothing happened behind them.",
	),
	...assumed(
		openapi,
		"Any well-formed key or token is accepted and may do everything, unless credentials are pinned.",
		"The x-platform-id header is accepted and ignored.",
		"Plain HTTP is answered, where the provider wants HTTPS.",
	),
];

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
