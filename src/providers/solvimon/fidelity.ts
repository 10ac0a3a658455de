import type { FidelityEntry } from "../../contract/fidelity.ts";
import type { Options } from "./shape.ts";

const docs = "https://docs.solvimon.com";
const guides = `${docs}/platform-guides/for-developers`;
const pages = `${docs}/api-docs/configuration-api/webhooks`;

const authentication = `${guides}/authentication`;
const create = `${pages}/post-webhooks`;
const errors = `${guides}/errors`;
const guide = `${docs}/docs/webhooks-1`;
const introduction = `${guides}/introduction`;
const olderCreate = `${pages}/create-a-web-hook`;
const openapi = `${docs}/openapi.yaml`;
const queries = `${docs}/docs/query-parameters`;
const rolling = `${pages}/get-a-new-webhook-secret-this-rolls-the-current-token`;
const testing = `${pages}/post-webhooks-test-connection`;
const troubleshooting = `${guides}/troubleshooting`;
const webhookEvents = `${guides}/webhook-events`;
/** A digest of the webhook guide by others, read where the guide itself could not be. */
const digest =
	"https://github.com/api-evangelist/solvimon/blob/58626d4c73fa19c2d0d7446471b2ce80c38f7ae7/webhooks/solvimon-webhooks.yml";
const conventions =
	"https://github.com/api-evangelist/solvimon/blob/58626d4c73fa19c2d0d7446471b2ce80c38f7ae7/conventions/solvimon-conventions.yml";

function documented(source: string, ...claims: string[]): FidelityEntry[] {
	return claims.map((claim) => ({ claim, mark: "documented", source }));
}

/** The source is the page that leaves it open. */
function assumed(source: string, ...claims: string[]): FidelityEntry[] {
	return claims.map((claim) => ({ claim, mark: "assumed", source }));
}

function switchable(
	option: keyof Options,
	source: string,
	claim: string,
): FidelityEntry {
	return { claim, mark: "assumed", source, option };
}

export const fidelity: readonly FidelityEntry[] = [
	...documented(
		introduction,
		"Every reply carries X-REQUEST-ID: reqr_ and twenty letters and digits.",
		"Ids are a prefix and twenty letters and digits; a webhook's prefix is whk_.",
	),
	...documented(conventions, "Times are ISO 8601 in UTC without milliseconds."),
	...documented(
		rolling,
		"A call carries X-API-KEY: <key> or Authorization: Bearer <token>.",
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
		"A version other than 1 answers 400 UNSUPPORTED_VERSION.",
		"One error is reported at a time: what is missing before what is wrong.",
	),
	...assumed(
		openapi,
		"Any well-formed key or token is accepted and may do everything, unless credentials are pinned.",
		"The x-platform-id header is accepted and ignored.",
		"Plain HTTP is answered, where the provider wants HTTPS.",
	),

	...documented(
		openapi,
		"Each operation asks for the permission that its description names; tests and the penalty box name none.",
		"Creating a webhook answers 201, everything else 200; deleting one answers with the webhook.",
		"Every reply with a webhook shows its secrets in plain text.",
		"The available actions come grouped by the kind of object, without pages.",
	),
	switchable(
		"createBody",
		olderCreate,
		"Creating a webhook and trying one require url, name and reference, as in the newer documentation.",
	),
	switchable(
		"createSecret",
		create,
		"A new webhook has no secret until it is rolled for the first time.",
	),
	switchable(
		"targets",
		guide,
		"A receiver can be any http or https address; the provider advises https.",
	),
	switchable(
		"webhookEvents",
		digest,
		"A change to a webhook is no event of its own; as an event it shows no secrets.",
	),
	...documented(
		rolling,
		"The receiver's password and API key are not among the fields of a reply.",
	),
	...assumed(
		create,
		"A new webhook is active, without authentication and without previous data unless the body says otherwise.",
		"Fields that are required may be null; unknown and read-only fields are ignored.",
		"A reference that another webhook has answers 409 RESOURCE_ALREADY_EXISTS.",
		"Actions may be any text; those that no event has match nothing.",
		"A signing_protocol other than HmacSHA256, or a url that is not a web address, answers 400 INVALID_FIELD.",
		"An api_header_field that would replace a header of the delivery itself, such as Host, answers 400 INVALID_FIELD.",
		"The patterns of username, password, api_header_field and api_key hold for the whole value.",
		"Inactive webhooks receive nothing; what waits for them is dropped when it is due.",
		"No or empty included_actions mean all actions, and excluded_actions win over included ones.",
		"object_type is WEBHOOK.",
	),
	...documented(
		queries,
		"Lists come in pages of limit 50, descending, unless the query says otherwise.",
	),
	...assumed(
		queries,
		"Webhooks are ordered by creation; order_by takes created_at, id, name and reference, and answers 400 INVALID_FIELD to others.",
		"Links are relative to the API's base URL, and a page beyond the end is empty.",
	),

	...documented(
		digest,
		"After a roll, signatures are valid for the new and the previous secret for 24 hours.",
	),
	switchable(
		"rollBody",
		openapi,
		"Rolling requires a body with three settings, as in the older documentation; the newer one requires none.",
	),
	...assumed(
		rolling,
		"The settings in the body of a roll are not applied.",
		"A secret is 40 letters and digits.",
		"Rolling twice within 24 hours drops the oldest secret at once.",
		"previous_secret_key stays visible after it has stopped signing.",
	),
	...assumed(
		openapi,
		"Removing a secret leaves secret_key null; the removed one signs for 24 hours more, then deliveries are unsigned.",
		"Where there is no secret, removing changes nothing, and rolling leaves a removed one its 24 hours.",
	),

	...documented(
		digest,
		"X-PAYLOAD-SIGNATURE holds v1= and the hexadecimal HMAC-SHA256 of timestamp, dot and body, once for each valid secret.",
		"X-PAYLOAD-SIGNATURE-TIMESTAMP is the ISO 8601 time of the signature; receivers reject one older than 5 minutes.",
		"An API key goes into X-API-KEY or the header of api_header_field; user name and password make basic authentication.",
		"A delivery's environment is TEST.",
		"A receiver has 10 seconds to answer with any 2XX.",
		"A failed delivery is tried again after 2, 4, 8, 16 and 32 minutes, 1, 2, 4 and 8 hours, then every 8 hours, for 7 days.",
		"Webhook events are PENDING, SUCCEEDED or FAILED; resending one needs the permission WEBHOOK_EVENT_RESEND.",
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

	...assumed(
		openapi,
		"penalty_box is IN_PENALTY_BOX while a delivery that failed waits for its next attempt, else null.",
		"penalty_box_data counts the retries made, without the first attempt, and its payload is the body as text.",
		"send-penalty-box-payload tries the stuck delivery at once; a success frees the ones behind it, in order.",
		"A webhook that is not in the penalty box, inactive or without a url answers 409 INVALID_OPERATION to the sending operations.",
	),
	...assumed(
		testing,
		"A test is one delivery of the type WEBHOOK.TEST with the webhook's id, name, reference and url; it is not repeated.",
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
