import type { FidelityEntry } from "../../../contract/fidelity.ts";
import {
	assumed,
	create,
	digest,
	documented,
	environments,
	guide,
	observed,
	reported,
	switchable,
} from "./entries.ts";

/** What a receiver gets, and when. */
export const deliveries: readonly FidelityEntry[] = [
	...reported(
		digest,
		"X-PAYLOAD-SIGNATURE holds one or more pairs of version and signature, such as v1=6DEA8E; a signature is the HMAC-SHA256 of timestamp, dot and body.",
		"X-PAYLOAD-SIGNATURE-TIMESTAMP is the ISO 8601 time of the signature; receivers reject one older than 5 minutes.",
		"An API key goes into X-API-KEY or the header of api_header_field; user name and password make basic authentication.",
		"A failed delivery is tried again after 2, 4, 8, 16 and 32 minutes, 1, 2, 4 and 8 hours, then every 8 hours, for 7 days.",
		"25 kinds of objects have events, each for CREATED, UPDATED and DELETE.",
		"Webhook events are PENDING, SUCCEEDED or FAILED; resending one needs the permission WEBHOOK_EVENT_RESEND.",
	),
	...assumed(
		digest,
		"A signature is hexadecimal, and there is one for each valid secret.",
	),
	...observed(environments, "The environments are TEST and LIVE."),
	switchable(
		"environment",
		digest,
		"A delivery's environment is TEST, whichever host was called.",
	),
	switchable(
		"separator",
		digest,
		"The newer signature comes first, and a comma separates the two; both say v1.",
	),
	switchable(
		"hexCase",
		digest,
		"Signatures are in upper case, as in the one truncated example.",
	),
	...assumed(
		digest,
		"The HMAC is keyed with the secret's UTF-8 bytes.",
		"A retry is signed afresh, with the secrets valid then; without a secret there are no signature headers.",
		"A user name with a colon is sent as it is, although basic authentication cannot carry one.",
		"The waits count from the failure, so there are 27 retries, the last one 9602 minutes after the first attempt.",
	),
	...documented(
		guide,
		"A receiver has 10 seconds to answer with any 2XX; everything else is a failure.",
		"The body has created_at, type, environment and data, and original_request_id where a request caused the event.",
		"A deletion is RESOURCE.DELETE.",
		"Later deliveries of a webhook wait behind a failing one, so that they arrive in order.",
	),
	...documented(
		create,
		"INVOICE.STATUS_TO_FINAL and INVOICE.PAID are actions.",
	),
	...assumed(
		guide,
		"The body is compact JSON with Content-Type: application/json; no header names the event or the sender.",
		"data is the resource as the API returns it.",
		"With include_previous_data the body has previous_data, null where nothing was before.",
		"After 7 days a delivery is given up, the next one goes, and the webhook stays active.",
	),
];
