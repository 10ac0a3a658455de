import type { FidelityEntry } from "../../../contract/fidelity.ts";
import { assumed, documented, observed, sources } from "./sources.ts";

const {
	authentication,
	client,
	errorHandling,
	olderSpec,
	overview,
	putSecret,
	regenerateSecret,
	requestSigning,
} = sources;

/** Behaviour of the API. */
export const ofCalls: readonly FidelityEntry[] = [
	documented(
		client,
		"The list of webhooks is a bare array, and creating one answers 200.",
	),
	documented(
		client,
		"Only a webhook's events can be changed, as a whole list; its URL and `disabled` cannot.",
	),
	documented(client, "Deleting a webhook answers its id and `deleted: true`."),
	documented(
		client,
		"Bodies may be JSON, URL-encoded forms or multipart forms.",
	),
	assumed(
		client,
		"Webhook ids are 24 hexadecimal digits, although one example shows `wh_abc123`.",
	),
	assumed(
		client,
		"There is one integrator: every accepted key sees the same webhooks and webhook secret.",
	),
	assumed(
		client,
		"Any URI is accepted as a webhook's URL, `http://` and duplicates too.",
	),

	documented(
		putSecret,
		"The webhook secret is the integrator's choice, of one character or more.",
	),
	documented(
		client,
		"Setting the webhook secret by POST answers `secretConfigured: true`.",
	),
	documented(
		putSecret,
		"Setting it by PUT, as until April 2026, answers 200 without a body.",
	),
	assumed(client, "PUT still works beside POST."),

	documented(
		regenerateSecret,
		"A regenerated API secret replaces the old one at once, or after 1 to 3600 seconds.",
	),
	documented(
		regenerateSecret,
		"`oldSecretExpiresAt` is given only where a grace period was asked for.",
	),
	assumed(
		regenerateSecret,
		"API secrets are `sk_test_` and 18 characters; the example is a live one.",
	),
	assumed(
		regenerateSecret,
		"At most one old API secret lives on; regenerating again ends it.",
	),

	documented(
		authentication,
		"Requests carry X-Integrator-Key (`int_...`), X-Signature and X-Timestamp.",
	),
	documented(
		authentication,
		"X-Timestamp may be 5 minutes away from the provider's time.",
	),
	documented(
		overview,
		"X-Signature covers `{timestamp}.{METHOD}.{path}.{bodyHash}`, keyed with the API secret.",
	),
	observed(
		requestSigning,
		"The client signs the query as well, sorted by name and percent-encoded.",
	),
	observed(
		requestSigning,
		"The client leaves the hash of an empty body empty.",
	),
	assumed(
		authentication,
		"The guide's forms are right as well: no query, and the SHA-256 of an empty body.",
	),
	assumed(
		authentication,
		"Without a pinned credential the API secret is unknown, so any well-formed signature is right.",
	),
	observed(
		client,
		"The client sends `Authorization: Bearer undefined` on these routes.",
	),
	assumed(olderSpec, "`Authorization` is not looked at on these routes."),
	assumed(
		overview,
		"X-INTEGRATION-KEY alone, the older scheme, is refused on these routes.",
		"authentication",
	),

	documented(
		errorHandling,
		"Errors are problem details with `urn:problem-type:` types, as application/problem+json.",
	),
	assumed(
		errorHandling,
		"`instance` is `/errors/` and the time in milliseconds.",
	),
	assumed(
		errorHandling,
		"Bad input is a 400 with an `errors` list, also where the document declares no 400.",
	),
	assumed(
		errorHandling,
		"Every 401 is `auth:unauthorized` of the realm `API`, without a scope, and names the fault.",
	),
	assumed(
		errorHandling,
		"An unknown webhook is a 404 with the resource type `webhook`.",
	),
	assumed(
		errorHandling,
		"A wrong method is a 405 and a wrong media type a 415, both of the type `about:blank`.",
	),

	documented(
		client,
		"The delivery list has every attempt, newest first; a cursor leads to the older ones.",
	),
	documented(
		client,
		"An attempt without an answer shows the error and 504 for a timeout, else 500.",
	),
	assumed(
		olderSpec,
		"A page of it has 50 records, 1 to 100 on request, as in the API's other lists.",
	),
	assumed(client, "A cursor that leads nowhere is a 400."),
	assumed(client, "Attempts at webhooks that were deleted since stay listed."),
];
