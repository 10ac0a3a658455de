import type { FidelityEntry } from "../../../contract/fidelity.ts";
import { ofCalls } from "./calls.ts";
import { assumed, documented, sources } from "./sources.ts";

const { client, putSecret, readme } = sources;

/** Behaviour of the dispatcher. */
const ofDeliveries: readonly FidelityEntry[] = [
	documented(
		client,
		"A webhook gets the events it names; `*` means all of them, later ones included.",
	),
	assumed(client, "A webhook without events gets nothing."),

	documented(
		readme,
		"Resource changes carry `userId`, `id` and `eventName`; the receiver fetches the rest.",
	),
	documented(
		client,
		"Milestones of ACH debits, off-ramps and on-ramp credits say `event`, not `eventName`.",
	),
	documented(client, "A milestone's `id` is the id of the resource inside it."),
	documented(client, "`eventId` is the same in every retry and replay."),
	documented(client, "`sequence` rises with the milestones of one resource."),
	assumed(
		client,
		"`sequence` may skip numbers, and starts where the example payload does.",
	),
	assumed(client, "`eventId` is a UUID."),
	assumed(
		client,
		"The last keys of a milestone are `event`, `milestone` and, for ACH debits, `achReturn`.",
	),
	assumed(
		readme,
		"`id` is the user's in `verification.status.updated` and `capabilities.updated`.",
	),

	documented(
		readme,
		"`Signature` is the HMAC-SHA256 of the raw body: lower-case hex, no prefix, no timestamp.",
	),
	documented(
		readme,
		"The key is the whole webhook secret as UTF-8, a prefix such as `whsec_` included.",
	),
	documented(
		putSecret,
		"Deliveries have no `Signature` until a webhook secret is set.",
	),
	assumed(
		putSecret,
		"A new webhook secret counts at once and alone, for waiting retries too.",
	),
	assumed(
		readme,
		"A delivery is a POST of compact JSON with no headers beside `Content-Type` and `Signature`.",
	),

	assumed(client, "Any 2xx is a success; a redirect is a failure."),
	assumed(client, "A receiver has 10 seconds to answer."),
	documented(client, "Failed deliveries are retried."),
	assumed(
		client,
		"Retries follow after 1 min, 5 min, 30 min, 2 h and 12 h; then the provider gives up.",
		"retry",
	),
	assumed(client, "Deliveries do not wait for one another."),

	documented(client, "`failureCount` counts consecutive delivery failures."),
	assumed(
		client,
		"Every failed attempt counts, retries too; a success sets the count back to 0.",
	),
	assumed(client, "Failures never disable a webhook.", "disableAfter"),
	assumed(
		client,
		"A disabled webhook gets nothing, not even what waits for it, and stays disabled.",
		"disableAfter",
	),
];

/** How sure we are of each behaviour. */
export const fidelity: readonly FidelityEntry[] = [...ofCalls, ...ofDeliveries];
