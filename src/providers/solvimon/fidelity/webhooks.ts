import type { FidelityEntry } from "../../../contract/fidelity.ts";
import {
	assumed,
	create,
	digest,
	documented,
	guide,
	olderCreate,
	openapi,
	queries,
	reported,
	rolling,
	switchable,
} from "./entries.ts";

/** Creating, changing and listing webhooks. */
export const webhooks: readonly FidelityEntry[] = [
	...documented(
		openapi,
		"Each operation asks for the permission that its description names; tests and the penalty box name none.",
		"Creating a webhook answers 201, everything else 200; deleting one answers with the webhook.",
		"Every reply with a webhook has the fields secret_key and previous_secret_key.",
		"The available actions come grouped by the kind of object, without pages.",
	),
	...assumed(
		openapi,
		"Those fields show the secrets in plain text on every read, not only after a roll.",
	),
	...documented(
		create,
		"Creating a webhook and trying one require url, name and reference.",
	),
	...documented(
		olderCreate,
		"In the older documentation, they require active, include_previous_data and authentication_type instead.",
	),
	switchable(
		"generation",
		openapi,
		"A client of either documentation passes; settings with a name or a reference are judged by the newer one.",
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
];

/** Rolling and removing secrets. */
export const secrets: readonly FidelityEntry[] = [
	...reported(
		digest,
		"After a roll, signatures are valid for the new and the previous secret for up to 24 hours.",
	),
	...documented(openapi, "Rolling needs no body."),
	...documented(
		rolling,
		"In the older documentation, rolling requires a body with active, include_previous_data and authentication_type.",
	),
	...assumed(
		digest,
		"The previous secret signs for the whole 24 hours, and not after them.",
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
];
