import { textOf } from "../../bytes.ts";
import type { Reply } from "../../contract/operation.ts";
import type { AttemptResponse, Delivery } from "../../contract/records.ts";
import { isObject, parsedJson } from "../../json.ts";
import type { Provider } from "../../provider.ts";
import { webAddress } from "../../web-address.ts";
import { failed, refuse } from "./api.ts";
import type { Context, OpenFormat, Operations, Webhook } from "./shape.ts";

export const signatureHeader = "x-openformat-signature";

type NewWebhook = Pick<Webhook, "url"> & Partial<Pick<Webhook, "events">>;

/** Keeps a new webhook. There is no way to delete one, so their number gives the next id. */
export function addWebhook(
	{ url, events = [] }: NewWebhook,
	enabled: boolean,
	{ state, now }: Context,
): Webhook {
	const created_at = toPostgresTime(now());
	return state.webhooks.put({
		id: state.webhooks.size + 1,
		url,
		events,
		disabled: !enabled,
		disabled_at: enabled ? null : created_at,
		created_at,
	});
}

/**
 * A time as PostgreSQL writes it, which is how the API gives it: `2024-01-23 01:23:45.55+00`.
 * https://docs.openformat.tech/api-reference/endpoint/webhook/post-webhook
 */
function toPostgresTime(at: number): string {
	return new Date(at)
		.toISOString()
		.replace("T", " ")
		.replace(/\.?0*Z$/, "+00");
}

export const operations: Operations = {
	"create-webhook"(call) {
		const refused = refuseUrl(call.body.url, call);
		if (refused !== undefined) return refused;
		const enabled = call.options.verification === "off";
		return webhookReply(201, addWebhook(call.body, enabled, call));
	},
	"get-webhook"({ params, state }) {
		const webhook = state.webhooks.get(params.id);
		return webhook === undefined
			? noSuchWebhook(params.id)
			: webhookReply(200, webhook);
	},
	/** What is left out stays as it is, and a new URL has to pass a test of its own. */
	"update-webhook"(call) {
		const { params, body, state, options, now } = call;
		const webhook = state.webhooks.get(params.id);
		if (webhook === undefined) return noSuchWebhook(params.id);
		const { url = webhook.url, events = webhook.events } = body;
		// The URL of a `--receiver` may be one that strictness would refuse; it stays as long as nobody replaces it.
		const refused = body.url === undefined ? undefined : refuseUrl(url, call);
		if (refused !== undefined) return refused;
		const changed = { ...webhook, url, events };
		const untested = url !== webhook.url && options.verification === "required";
		if (!untested) return webhookReply(200, state.webhooks.put(changed));
		const disabled_at = webhook.disabled_at ?? toPostgresTime(now());
		const disabled = { ...changed, disabled: true, disabled_at };
		return webhookReply(200, state.webhooks.put(disabled));
	},
	async "test-webhook"(call) {
		const { params, state, deliveries } = call;
		const tested = state.webhooks.get(params.id);
		if (tested === undefined) return noSuchWebhook(params.id);
		const secret = currentSecret(call);
		if (secret === undefined)
			return testFailed(
				"there is no webhook secret to sign with. Make one with POST /webhook/secret",
			);
		const { id, url } = tested;
		const endpoint = { id: String(id), url, secrets: [secret] };
		const delivery = await deliveries.probe(endpoint, "test", {
			payload: null,
		});
		const problem = problemOf(delivery);
		if (problem !== undefined) return testFailed(problem);
		// Read again: while the receiver was thinking, somebody may have changed the webhook.
		const webhook = state.webhooks.get(params.id);
		if (webhook?.url !== url)
			return testFailed("the URL was changed meanwhile. Test the new one");
		const enabled = { ...webhook, disabled: false, disabled_at: null };
		return webhookReply(200, state.webhooks.put(enabled));
	},
	"get-webhook-secret"(call) {
		const secret = currentSecret(call);
		if (secret !== undefined) return secretReply(secret);
		const message =
			"There is no webhook secret yet. Make one with POST /webhook/secret.";
		return failed(404, message);
	},
	"create-webhook-secret"(call) {
		return secretReply(replaceSecret(call));
	},
};

function webhookReply(status: 200 | 201, webhook: Webhook): Reply {
	return { status, body: { status: "success", webhook } };
}

function noSuchWebhook(id: string): Reply {
	return refuse({ kind: "not-found", resource: "webhook", id });
}

function testFailed(reason: string): Reply {
	return failed(400, `The webhook did not pass its test: ${reason}.`);
}

function refuseUrl(
	text: string,
	{ options: { receivers } }: Context,
): Reply | undefined {
	const protocol = webAddress(text)?.protocol;
	if (protocol === "https:" || (protocol === "http:" && receivers === "any"))
		return undefined;
	const wanted =
		receivers === "https" ? "an https:// URL" : "an https:// or http:// URL";
	const message = `must be ${wanted}, such as https://api.example.com/webhook; "${text}" is not`;
	return refuse({
		kind: "invalid",
		violations: [{ in: "body", field: "url", keyword: "format", message }],
	});
}

/** Why an answer does not pass the test of a webhook; undefined: it does. */
function problemOf({ attempts, reason }: Delivery): string | undefined {
	const attempt = attempts.at(-1);
	if (attempt === undefined) return `no request was made: ${reason}`;
	if (attempt.response === undefined)
		return `no answer came: ${attempt.error?.message}`;
	return handshake.problem(attempt.response, attempt.headers);
}

/** https://docs.openformat.tech/architecture/notifications */
export const handshake = {
	event: "test",
	problem: (answer, sent) => problemOfAnswer(answer, sent[signatureHeader]),
} satisfies NonNullable<Provider<OpenFormat>["handshake"]>;

function problemOfAnswer(
	{ status, headers, body }: AttemptResponse,
	sent: string | undefined,
): string | undefined {
	if (status < 200 || status > 299)
		return `the answer's status is ${status}, not 200`;
	const given = String(headers["content-type"] ?? "");
	const type = (given.split(";", 1)[0] as string).trim().toLowerCase();
	if (type !== "application/json") {
		return given === ""
			? "the answer has no content type; it must be application/json"
			: `the answer's content type is "${given}", not application/json`;
	}
	const answer = parsedJson(textOf(body));
	if (!isObject(answer)) return "the answer's body is not a JSON object";
	if (!("challenge" in answer))
		return `the answer has no "challenge"; it must repeat the ${signatureHeader} header`;
	return answer.challenge === sent
		? undefined
		: `the answer's "challenge" is not the value of the ${signatureHeader} header that was sent`;
}

export const account = "account";

export function currentSecret(context: Context): string | undefined {
	const kept = context.state.secrets.get(account);
	if (kept !== undefined) return kept.webhook_secret;
	return context.options.initialSecret === "exists"
		? issue(context, 0)
		: undefined;
}

export function replaceSecret(context: Context): string {
	const before = currentSecret(context);
	const { replaced = 0 } = context.state.secrets.get(account) ?? {};
	const secret = issue(context, replaced + 1);
	context.replaced(before, secret);
	return secret;
}

/** A random source for each replacement: whether the initial secret was ever looked at does not change the next one. */
function issue({ state, random }: Context, replaced: number): string {
	const webhook_secret = random.fork(`secret/${replaced}`).uuid();
	state.secrets.put({ account, webhook_secret, replaced });
	return webhook_secret;
}

/** 200 for a new secret too, unlike a new webhook: https://docs.openformat.tech/api-reference/endpoint/webhook/post-webhooksecret */
function secretReply(webhook_secret: string): Reply {
	return { status: 200, body: { status: "success", webhook_secret } };
}
