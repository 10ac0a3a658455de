import type { Endpoint, Reply } from "../../contract/operation.ts";
import type { EventRecord } from "../../contract/records.ts";
import type { Encoded } from "../../provider.ts";
import type { Options, SolvimonCall, Webhook } from "./shape.ts";
import { toIso } from "./time.ts";
import { newId, present } from "./webhook.ts";

/** The fields around `data`: https://docs.solvimon.com/docs/webhooks-1 */
export function envelope(
	{ type, time }: Pick<EventRecord, "type" | "time">,
	{ environment }: Pick<Options, "environment">,
) {
	return { created_at: toIso(time), type, environment };
}

/** The bytes for one receiver; the state before the event is for those that asked for it. */
export function encode(
	{ payload }: EventRecord,
	{ includePrevious }: Endpoint,
): Encoded {
	const { previous_data = null, ...current } = payload;
	const body = includePrevious ? { ...current, previous_data } : current;
	return {
		body: JSON.stringify(body),
		headers: { "Content-Type": "application/json" },
	};
}

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
