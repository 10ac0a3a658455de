import type { FidelityEntry } from "../../../contract/fidelity.ts";
import { ofApi } from "./api.ts";
import {
	assumed,
	documented,
	guides,
	mcp,
	observed,
	olderGuides,
} from "./entries.ts";

const ofDeliveries: readonly FidelityEntry[] = [
	assumed(
		"An event that is sent to no workspace in particular reaches every workspace, with one X-Event-ID.",
		`${guides}/receiving`,
		"workspaces",
	),
	assumed(
		"An event that is sent to a workspace reaches its subscriptions alone, as a study lives in one workspace.",
		`${guides}/receiving`,
		"workspaces",
	),
	documented(
		"Bodies have the fields of the receiving guide, in its order.",
		`${guides}/receiving`,
	),
	assumed(
		"`status` values are those that studies and submissions have elsewhere in the API; `metadata` is empty.",
		`${guides}/receiving`,
	),
	assumed(
		"Bodies are written as Python's json.dumps writes them, which the verification sample depends on.",
		`${guides}/verifying`,
		"json",
	),
	observed("A delivery is a POST to the subscription's URL.", mcp),
	assumed(
		"A delivery's Content-Type is application/json, and redirects are not followed.",
		`${guides}/receiving`,
	),
	documented(
		"Signatures are base64 HMAC-SHA256 over timestamp and body, keyed with the secret's text.",
		`${guides}/verifying`,
	),
	documented(
		"X-Event-ID is unique to an event and the same on all its attempts.",
		`${guides}/idempotency-and-the-x-event-id-header`,
	),
	assumed(
		"X-Event-ID is a UUID.",
		`${guides}/idempotency-and-the-x-event-id-header`,
	),
	assumed(
		"X-Timestamp is the event's time and the same on all its attempts; the signed timestamp is each request's own.",
		`${guides}/handling-event-order-with-x-timestamp`,
	),
	assumed("Both timestamps are whole seconds.", `${guides}/verifying`),
	assumed(
		"A retry is signed with the workspace's secret of that moment and goes to the subscription's URL of that moment.",
		`${guides}/event-delivery-and-retry-logic`,
	),

	documented(
		"Up to 13 attempts within 48 hours, the waits drawn from zero to 1, 2, 4 ... 2048 minutes.",
		`${guides}/event-delivery-and-retry-logic`,
		"retry",
	),
	documented(
		"Older text of the guide: up to 11 retries within 24 hours, after 1, 2, 4 ... minutes.",
		`${olderGuides}/event-delivery-and-retry-logic`,
		"retry",
	),
	assumed(
		"Under the older text the eleventh retry never comes: it would be 2047 minutes after the first attempt.",
		`${olderGuides}/event-delivery-and-retry-logic`,
		"retry",
	),
	assumed(
		"A wait begins when the attempt before it has ended, and the cut-off counts from the first attempt.",
		`${guides}/event-delivery-and-retry-logic`,
	),
	documented(
		"Any 2xx is success; any other answer, a timeout or a failed connection is tried again.",
		`${guides}/event-delivery-and-retry-logic`,
	),
	assumed(
		"A receiver has 10 seconds to answer.",
		`${guides}/event-delivery-and-retry-logic`,
	),
	documented(
		"Five days of nothing but failures for one URL and event type disable their subscriptions.",
		`${guides}/persistent-failures-and-disabling-logic`,
	),
	assumed(
		"The five days run from the first failure since the last success, and the attempt that completes them disables.",
		`${guides}/persistent-failures-and-disabling-logic`,
	),
	documented(
		"A subscription disabled for failures is enabled again with update-subscription.",
		`${guides}/persistent-failures-and-disabling-logic`,
	),
	assumed(
		"Enabling a subscription starts the count of its URL and event type anew.",
		`${guides}/persistent-failures-and-disabling-logic`,
	),
	assumed(
		"What waits for a disabled or deleted subscription is cancelled when its next attempt falls due.",
		`${guides}/delete-subscription`,
	),
];

/** How sure we are of what we play, behaviour by behaviour. */
export const fidelity: readonly FidelityEntry[] = [...ofApi, ...ofDeliveries];
