import type { Call, Reply } from "../../../contract/operation.ts";
import { failed } from "../errors.ts";
import { currentSecret, replaceSecret } from "../secret.ts";
import type { OpenFormat } from "../shape.ts";

/** `GET /webhook/secret` */
export function getWebhookSecret(
	call: Call<OpenFormat, "get-webhook-secret">,
): Reply {
	const secret = currentSecret(call);
	return secret === undefined
		? failed(
				404,
				"There is no webhook secret yet. Make one with POST /webhook/secret.",
			)
		: secretReply(secret);
}

/** `POST /webhook/secret` */
export function createWebhookSecret(
	call: Call<OpenFormat, "create-webhook-secret">,
): Reply {
	return secretReply(replaceSecret(call));
}

/** 200 for a new secret too, unlike a new webhook: https://docs.openformat.tech/api-reference/endpoint/webhook/post-webhooksecret */
function secretReply(webhook_secret: string): Reply {
	return { status: 200, body: { status: "success", webhook_secret } };
}
