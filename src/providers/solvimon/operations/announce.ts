import type { Reply } from "../../../contract/operation.ts";
import { newId } from "../ids.ts";
import { envelope } from "../payload.ts";
import type { SolvimonCall, Webhook } from "../shape.ts";
import { present } from "../webhook.ts";

type Change = "CREATED" | "UPDATED" | "DELETE";

/** The reply to a change of a webhook, and the event that the change is when the option says so. */
export function announce(
	call: Pick<
		SolvimonCall<"create-webhook">,
		"options" | "random" | "deliveries" | "now" | "emit"
	>,
	change: Change,
	after: Webhook,
	before?: Webhook,
): Reply {
	const requestId = newId("reqr", call.random);
	const body = present(after, call);
	if (call.options.webhookEvents === "on") {
		const type = `WEBHOOK.${change}` as const;
		const { environment, ...head } = envelope(
			{ type, time: call.now() },
			call.options,
		);
		call.emit(type, {
			...head,
			original_request_id: requestId,
			environment,
			data: withoutSecrets(body),
			previous_data:
				before === undefined ? null : withoutSecrets(present(before, call)),
		});
	}
	return {
		status: change === "CREATED" ? 201 : 200,
		headers: { "X-REQUEST-ID": requestId },
		body,
	};
}

/** One receiver's signing keys are not for another receiver. */
function withoutSecrets(webhook: ReturnType<typeof present>): object {
	return { ...webhook, secret_key: null, previous_secret_key: null };
}
