import type { FidelityEntry } from "../../../contract/fidelity.ts";
import {
	assumed,
	cli,
	createSecret,
	documented,
	fundamentals,
	guides,
	mcp,
	mcpTests,
	observed,
	openapi,
} from "./entries.ts";

export const ofApi: readonly FidelityEntry[] = [
	documented(
		"Callers authenticate with the header `Authorization: Token <token>`; without one the answer is 401.",
		fundamentals,
	),
	assumed(
		"A header of another form is 401 as well, in the common error envelope, and the word Token is case-sensitive.",
		fundamentals,
	),
	documented(
		"Errors are `{error: {status, error_code, title, detail}}`, the detail being text or messages by field.",
		openapi,
	),
	assumed(
		"`error_code` repeats the status: Prolific's own numbers for webhook errors are not published.",
		openapi,
	),
	assumed(
		"A request that breaks the schema is 400 with messages by field, not the 422 that the API in general may use.",
		fundamentals,
	),
	documented("A method that a path does not have is 405.", fundamentals),
	assumed(
		"A body that is not JSON is 400, one of another media type 415.",
		fundamentals,
	),
	observed(
		"Paths work with and without the slash at their end.",
		`${cli}/contract_test/contract_test.go`,
	),
	assumed(
		"A path without its slash is answered as it is, not redirected.",
		`${cli}/contract_test/contract_test.go`,
	),

	assumed(
		"The event types on offer are the four of the receiving guide; other names in examples are left out.",
		`${guides}/receiving`,
	),
	documented(
		"Creating a secret answers 201 and deletes the workspace's secret before it.",
		openapi,
	),
	observed(
		"The old secret stops signing at once: both are never valid together.",
		mcp,
	),
	assumed(
		"Replacing a secret keeps the workspace's subscriptions, and none needs another confirmation.",
		`${guides}/create-secret`,
	),
	assumed(
		"A secret's value is 35 characters of URL-safe base64; the only example is cut short.",
		`${guides}/create-secret`,
	),
	documented(
		"Creating a secret does not require `workspace_id`.",
		createSecret,
		"requireWorkspace",
	),
	assumed(
		"Without `workspace_id`, or with an empty one, the secret is for the caller's first workspace.",
		createSecret,
		"requireWorkspace",
	),
	documented("Listing secrets shows their values.", openapi),
	assumed(
		"Listing secrets without `workspace_id` lists those of every workspace, though the reference requires it.",
		`${guides}/get-secrets`,
	),
	assumed(
		"Any `workspace_id` names a workspace of the caller's; an unknown one is never refused.",
		`${guides}/create-secret`,
	),

	observed(
		"A subscription in a workspace without a secret is refused with Prolific's own sentence.",
		mcp,
	),
	assumed(
		"A subscription refused for want of a secret is 400, its detail that sentence as text.",
		`${guides}/create-subscription`,
	),
	assumed(
		"An unknown event type, or a `target_url` that is not a web address, is 400 under the field's name.",
		`${guides}/create-subscription`,
	),
	assumed(
		"Fields beyond those an operation needs, such as `is_enabled` when creating, are ignored.",
		`${guides}/create-subscription`,
	),
	documented(
		"A `target_url` has to be https:// and publicly reachable; relaxed by default, for receivers on a laptop.",
		`${guides}/subscribing`,
		"targets",
	),
	observed(
		"Creating answers the plain subscription, `is_enabled: false`; the reference shows it in a list.",
		`${cli}/client/client.go`,
		"createReply",
	),
	documented(
		"X-Hook-Secret in the reply to creating carries the confirmation token.",
		`${guides}/subscribing`,
	),
	assumed(
		"Nothing is sent to a URL before its subscription is confirmed: no page mentions such a request.",
		`${guides}/subscribing`,
	),
	assumed("A confirmation token is 32 hexadecimal digits.", mcpTests),
	assumed(
		"Two subscriptions may have the same event type and URL; each gets its own delivery.",
		`${guides}/create-subscription`,
	),
	documented(
		"Confirming takes the id in the path and the token in the body, and enables the subscription.",
		`${guides}/confirm-subscription`,
	),
	assumed(
		"The guide's token in the path is a slip: it is 404, with a hint where each of the two belongs.",
		`${guides}/subscribing`,
	),
	observed(
		"A subscription whose confirmation failed still exists, disabled.",
		mcp,
	),
	assumed(
		"A wrong token is 400 under `secret`; tokens do not expire.",
		`${guides}/confirm-subscription`,
	),
	assumed(
		"Confirming again with the right token is 200 and changes nothing, not even a later `is_enabled: false`.",
		`${guides}/confirm-subscription`,
	),
	assumed(
		"Updating cannot enable a subscription that was never confirmed: 400.",
		`${guides}/update-subscription`,
		"patchConfirms",
	),
	assumed(
		"Updating the URL or the event type of a confirmed subscription needs no new confirmation.",
		`${guides}/update-subscription`,
	),
	documented("The list shows enabled subscriptions by default.", openapi),
	observed(
		"`is_enabled=false` lists the disabled subscriptions; no value lists both.",
		mcp,
	),
	assumed(
		"An empty value in a query is as good as none: Prolific's client sends `workspace_id=` when it names no workspace.",
		`${cli}/client/client.go`,
	),
	assumed(
		"A `limit` of subscriptions below 1 and an `offset` below 0 are 400; there is no greatest `limit`.",
		mcp,
	),
	observed(
		"Lists that have pages take `limit` and `offset` and count all matches in `meta.count`.",
		`${cli}/client/responses.go`,
	),
	assumed(
		"Lists are in order of creation, oldest first.",
		`${guides}/get-subscriptions`,
	),
	assumed("An id that names nothing is 404.", fundamentals),

	documented(
		"A page of the event log has 1 to 1000 records.",
		`${guides}/get-events`,
	),
	assumed(
		"The event log's times are UTC with six decimals of a second, as in its only example.",
		`${guides}/get-events`,
	),
	assumed(
		"The event log has one record for each event, PENDING while attempts remain; a cancelled one reads FAILED.",
		`${guides}/get-events`,
	),
	assumed(
		"A status in the log's filter that does not exist is 400.",
		`${guides}/get-events`,
	),
];
