import type { Call, Reply } from "../../../contract/operation.ts";
import { flawOf } from "../challenge.ts";
import { failed } from "../errors.ts";
import { currentSecret } from "../secret.ts";
import type { OpenFormat } from "../shape.ts";
import { toEndpoint } from "../webhooks.ts";
import { noSuchWebhook, webhookReply } from "./webhooks.ts";

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
