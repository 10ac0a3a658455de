import type { FidelityEntry, NotPlayed } from "../../contract/fidelity.ts";

const reference = "https://docs.openformat.tech/api-reference/endpoint";
const notifications = "https://docs.openformat.tech/architecture/notifications";
const postWebhook = `${reference}/webhook/post-webhook`;
const getWebhook = `${reference}/webhook/get-webhook%3Aid`;
const putWebhook = `${reference}/webhook/put-webhook%3Aid`;
const postSecret = `${reference}/webhook/post-webhooksecret`;
const verifyKey = `${reference}/api-key/post-keyverify`;

const documented = (
	claim: string,
	source: string,
	option?: string,
): FidelityEntry => ({
	claim,
	mark: "documented",
	source,
	...(option !== undefined && { option }),
});

const assumed = (
	claim: string,
	source: string,
	option?: string,
): FidelityEntry => ({
	...documented(claim, source, option),
	mark: "assumed",
});

/** How sure we are of what this provider does, in the order of a webhook's life. */
export const fidelity: readonly FidelityEntry[] = [
	documented(
		"Webhooks are created with 201, read and updated with 200, all in the same reply shape.",
		getWebhook,
	),
	documented(
		"A new or replaced secret is answered with 200, not 201, and is a UUID.",
		postSecret,
	),
	documented("A secret is replaced without a request body.", postSecret),
	documented(
		"A failure is `status: failed` with an `error`, such as the 500 of a failed database.",
		postSecret,
	),
	documented("The API key is sent in X-API-KEY.", postSecret),
	documented(
		"A webhook's id is a number in bodies and text in the path.",
		getWebhook,
	),
	documented("Times are PostgreSQL text rather than ISO 8601.", postWebhook),
	documented("Left out or empty, `events` means all events.", postWebhook),
	documented(
		"An update may carry the URL, the events or both, and nothing else.",
		putWebhook,
	),
	documented(
		"Only https:// URLs are supported; by default localhook takes http:// as well.",
		postWebhook,
		"targets",
	),
	documented(
		"An account has one secret for all its webhooks, and replacing it affects all of them.",
		notifications,
	),
	documented(
		"A test sends the event `test` with a null payload to the webhook's URL.",
		notifications,
	),
	documented(
		"A test is passed by application/json whose `challenge` repeats the signature header.",
		notifications,
	),
	documented(
		"`transaction` is the only event that is implemented.",
		notifications,
	),
	documented(
		"A body has `event`, `idempotency_key` and `payload`, in this order.",
		notifications,
	),
	documented(
		"Every call carries x-openformat-signature, tests included.",
		notifications,
	),
	documented(
		"The signed text starts with `{` and ends with `}`, both included; the result is base64.",
		notifications,
	),
	assumed(
		"The signed text is the raw body, without white space around its braces.",
		notifications,
	),
	documented("A receiver has five seconds to answer.", notifications),
	documented(
		"A receiver whose certificate is expired or self-signed is not delivered to.",
		notifications,
	),

	assumed("Both prefixes, /v1 and the guide's /api/v1, answer.", notifications),
	assumed("Paths with a slash at the end do not exist.", postWebhook),
	assumed(
		"A key is a UUID in the examples; by default any 8 to 256 visible characters do.",
		verifyKey,
		"keys",
	),
	assumed("All accepted API keys belong to the same account.", verifyKey),
	assumed(
		"A missing or refused key is a 401 in the published failure shape.",
		postSecret,
	),
	assumed(
		"Bad input is a 400, an unknown webhook a 404, a wrong method a 405, a wrong media type a 415.",
		postWebhook,
	),
	assumed("An update leaves what it does not mention as it is.", putWebhook),
	assumed("Webhook ids count up from 1.", postWebhook),
	assumed(
		"An account has a secret before it asks for one; else reading it is a 404.",
		notifications,
		"initialSecret",
	),
	assumed(
		"Reading the secret answers 200 in the shape that replacing it does.",
		notifications,
	),
	assumed("A replaced secret stops signing at once.", notifications),
	assumed(
		"A webhook starts disabled, and a passed test enables it.",
		notifications,
		"verification",
	),
	assumed(
		"A webhook that has not passed its test gets no deliveries.",
		notifications,
		"verification",
	),
	assumed(
		"A webhook whose URL was changed has to pass a test again.",
		putWebhook,
		"verification",
	),
	assumed("`disabled_at` is null while a webhook is enabled.", getWebhook),
	assumed(
		"A passed test answers 200 with the webhook, a failed one 400 with the reason.",
		notifications,
	),
	assumed(
		"Any 2xx status passes a test, and so do parameters of the content type.",
		notifications,
	),
	assumed("A failed test leaves an enabled webhook enabled.", notifications),
	assumed(
		"A `test` made by hand, outside of a webhook's test, goes to every enabled webhook.",
		notifications,
	),
	assumed(
		"Without a secret nothing is sent, since every call is signed.",
		notifications,
		"initialSecret",
	),
	assumed(
		"The signature is HMAC-SHA256 keyed with the secret's text, dashes included.",
		notifications,
		"formula",
	),
	assumed(
		"A delivery is a POST of compact JSON as application/json.",
		notifications,
	),
	assumed(
		"Idempotency keys are UUIDs, one for each event and the same in every attempt.",
		notifications,
	),
	assumed("A delivery succeeds with any 2xx status.", notifications),
	assumed(
		"A failed delivery is not repeated, or on request after 1, 5 and 30 minutes.",
		notifications,
		"retry",
	),
	assumed(
		"Deliveries of one webhook do not wait for each other.",
		notifications,
	),
	assumed("Failed deliveries never disable a webhook.", notifications),
];

/** What of OpenFormat has to do with webhooks and is not here. */
export const notPlayed: readonly NotPlayed[] = [
	{
		what: "`POST /key/challenge` and `POST /key/verify`: sign a challenge with a wallet to get an API key",
		why: "Any key of the right form is accepted; pin one with `--credential`.",
		source: verifyKey,
	},
	{
		what: "The calls that send transactions, such as those for rewards",
		why: "They cause the `transaction` event. Send it with `localhook send`.",
		source: notifications,
	},
	{
		what: "A list of webhooks, and deleting one",
		why: "No page shows such calls, so it is not known whether they exist.",
		source: postWebhook,
	},
];
