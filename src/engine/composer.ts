import type { Context } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import type { Clock } from "../delivery/clock.ts";
import { LocalhookError } from "../errors.ts";
import type { ApiDelivery } from "../openapi/operations.ts";
import { assign } from "./assign.ts";
import type { EventRequest } from "./event-request.ts";
import type { Installed } from "./installed.ts";
import { composePayload } from "./payload.ts";

/** Makes events of what a user says of them: ids, times, and payloads from the fixtures. */
export interface Composer {
	/** @throws LocalhookError `invalid-request` */
	compose(type: string, request: EventRequest): EventRecord;
}

export function createComposer(
	{ provider, document, fixture }: Installed,
	context: Context,
	clock: Clock,
	specOf: (type: string) => ApiDelivery | undefined,
): Composer {
	function payloadOf(
		head: Omit<EventRecord, "payload">,
		request: EventRequest,
	): EventRecord["payload"] {
		// What is sent as it is has no payload that anyone could look into.
		if (request.body !== undefined) {
			refuseBesideBody(request);
			return {};
		}
		const composed = composePayload(
			request.payload === undefined ? fixture(head.type) : {},
			request,
			(given) => provider.stamp(head, given, context),
		);
		if (request.assign === undefined) return composed;
		const schema = specOf(head.type)?.body.value.schema;
		return assign(composed, request.assign, document, schema);
	}

	return {
		compose(type, request) {
			const id = provider.eventId(context);
			const time = clock.now();
			const head = { id, provider: provider.id, type, time };
			const payload = payloadOf(head, request);
			const event = { id, provider: provider.id, type, time, payload };
			const { cause } = request;
			return cause === undefined ? event : { ...event, cause };
		},
	};
}

function refuseBesideBody({ payload, set, assign }: EventRequest): void {
	const beside = Object.entries({ payload, set, assign }).find(
		([, value]) => value !== undefined,
	);
	if (beside === undefined) return;
	throw new LocalhookError(
		"invalid-request",
		`Failed to compose the payload: "body" is sent as it is, so "${beside[0]}" has nothing to change. Give one of the two.`,
	);
}
