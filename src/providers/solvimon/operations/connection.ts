import type {
	Endpoint,
	Operation,
	Reply,
} from "../../../contract/operation.ts";
import type { Delivery } from "../../../contract/records.ts";
import { unset } from "../errors.ts";
import { testEvent } from "../events.ts";
import { describe, stuckDelivery } from "../penalty-box.ts";
import { credentialsFor, isListening, receiverOf } from "../receivers.ts";
import { checkSettings, defaults, withSettings } from "../settings.ts";
import type { Settings, Solvimon, SolvimonContext } from "../shape.ts";
import { newId } from "../webhook.ts";
import { conflict, onWebhook } from "./guards.ts";

const unreachable = "The webhook is inactive or has no url. Change that first.";

export const sendTest = onWebhook<"send-test">("none", (call, webhook) => {
	const endpoint = receiverOf(webhook.id, call);
	if (endpoint === undefined) return conflict(webhook, unreachable);
	return probe(call, endpoint, webhook.id, webhook);
});

/** Nothing is stored, so there is no secret, and the delivery is unsigned. */
export const testConnection: Operation<Solvimon, "test-connection"> = (
	call,
) => {
	const refused = checkSettings(call.body, call.options);
	if (refused !== undefined) return refused;
	const settings = withSettings(defaults, call.body);
	const { url } = settings;
	if (url === null) return unset("url");
	const endpoint = {
		id: "test-connection",
		url,
		secrets: [],
		headers: credentialsFor(settings),
	};
	return probe(call, endpoint, null, settings);
};

export const sendPenaltyBoxPayload = onWebhook<"send-penalty-box-payload">(
	"none",
	async (call, webhook) => {
		const stuck = stuckDelivery(webhook.id, call.deliveries);
		if (stuck === undefined)
			return conflict(webhook, "The webhook is not in the penalty box.");
		if (!isListening(webhook)) return conflict(webhook, unreachable);
		return outcome((await call.deliveries.attempt(stuck.id)) ?? stuck);
	},
);

async function probe(
	context: SolvimonContext,
	to: Endpoint,
	id: string | null,
	settings: Settings,
): Promise<Reply> {
	const { name, reference, url } = settings;
	const requestId = newId("reqr", context.random);
	const payload = {
		original_request_id: requestId,
		data: { object_type: "WEBHOOK", id, name, reference, url },
	};
	const { body, status } = outcome(
		await context.deliveries.probe(to, testEvent, payload),
	);
	return { status, headers: { "X-REQUEST-ID": requestId }, body };
}

function outcome({ attempts }: Delivery): Reply {
	const last = attempts.at(-1);
	return {
		status: 200,
		body: { successful: last?.ok ?? false, message: describe(last) },
	};
}
