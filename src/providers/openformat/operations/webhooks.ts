import type { Call, Context, Reply } from "../../../contract/operation.ts";
import { webAddress } from "../../../web-address.ts";
import { flawOf } from "../challenge.ts";
import { failed, refuse } from "../errors.ts";
import { currentSecret } from "../secret.ts";
import type { OpenFormat, Webhook } from "../shape.ts";
import { addWebhook, toEndpoint, toPostgresTime } from "../webhooks.ts";

/** `POST /webhook` */
export function createWebhook(call: Call<OpenFormat, "create-webhook">): Reply {
	const { url, events } = call.body;
	const flaw = flawOfUrl(url, call.options);
	if (flaw !== undefined) return refuseUrl(flaw);
	return webhookReply(
		201,
		addWebhook(
			{ url, events, enabled: call.options.verification === "off" },
			call,
		),
	);
}

/** `GET /webhook/{id}` */
export function getWebhook({
	params,
	state,
}: Call<OpenFormat, "get-webhook">): Reply {
	const webhook = state.webhooks.get(params.id);
	return webhook === undefined
		? noSuchWebhook(params.id)
		: webhookReply(200, webhook);
}

/** `PUT /webhook/{id}`: what is left out stays as it is, and a new URL has to pass a test of its own. */
export function updateWebhook({
	params,
	body,
	state,
	options,
	now,
}: Call<OpenFormat, "update-webhook">): Reply {
	const webhook = state.webhooks.get(params.id);
	if (webhook === undefined) return noSuchWebhook(params.id);
	const { url = webhook.url, events = webhook.events } = body;
	// The URL of a `--receiver` may be one that strictness would refuse; it stays as long as nobody replaces it.
	const flaw = body.url === undefined ? undefined : flawOfUrl(url, options);
	if (flaw !== undefined) return refuseUrl(flaw);
	const changed = { ...webhook, url, events };
	const untested = url !== webhook.url && options.verification === "required";
	if (!untested) return webhookReply(200, state.webhooks.put(changed));
	const disabled_at = webhook.disabled_at ?? toPostgresTime(now());
	return webhookReply(
		200,
		state.webhooks.put({ ...changed, disabled: true, disabled_at }),
	);
}

export function webhookReply(status: 200 | 201, webhook: Webhook): Reply {
	return { status, body: { status: "success", webhook } };
}

export function noSuchWebhook(id: string): Reply {
	return refuse({ kind: "not-found", resource: "webhook", id });
}

function flawOfUrl(
	text: string,
	{ targets }: Context<OpenFormat>["options"],
): string | undefined {
	const protocol = webAddress(text)?.protocol;
	if (protocol === "https:" || (protocol === "http:" && targets === "any"))
		return undefined;
	const wanted =
		targets === "https" ? "an https:// URL" : "an https:// or http:// URL";
	return `must be ${wanted}, such as https://api.example.com/webhook; "${text}" is not`;
}

function refuseUrl(message: string): Reply {
	return refuse({
		kind: "invalid",
		violations: [{ in: "body", field: "url", keyword: "format", message }],
	});
}

/** `POST /webhook/{id}/test`: calls the receiver, and enables the webhook when the answer is the right one. */
export async function testWebhook(
	call: Call<OpenFormat, "test-webhook">,
): Promise<Reply> {
	const { params, state, deliveries } = call;
	const tested = state.webhooks.get(params.id);
	if (tested === undefined) return noSuchWebhook(params.id);
	const secret = currentSecret(call);
	if (secret === undefined) {
		return testFailed(
			"there is no webhook secret to sign with. Make one with POST /webhook/secret",
		);
	}
	const delivery = await deliveries.probe(toEndpoint(tested, secret), "test", {
		payload: null,
	});
	const flaw = flawOf(delivery);
	if (flaw !== undefined) return testFailed(flaw);
	// Read again: while the receiver was thinking, somebody may have changed the webhook.
	const webhook = state.webhooks.get(params.id);
	if (webhook?.url !== tested.url)
		return testFailed("the URL was changed meanwhile. Test the new one");
	return webhookReply(
		200,
		state.webhooks.put({ ...webhook, disabled: false, disabled_at: null }),
	);
}

function testFailed(reason: string): Reply {
	return failed(400, `The webhook did not pass its test: ${reason}.`);
}
