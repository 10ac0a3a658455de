import type { Context } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import type { Clock } from "../delivery/clock.ts";
import { LocalhookError } from "../errors.ts";
import type { ApiDelivery } from "../openapi/operations.ts";
import { put, readAssigned } from "./assign.ts";
import type { EventRequest } from "./event-request.ts";
import type { Installed } from "./installed.ts";
import { composePayload, refuseUnfit } from "./payload.ts";
import { rehearsalOf } from "./rehearsal.ts";

/** Makes events of what a user says of them: ids, times, and payloads from the fixtures. */
export interface Composer {
	/**
	 * @param context draws the id, and keeps what the provider counts
	 * @throws LocalhookError `invalid-request`; nothing is used up
	 */
	compose(type: string, request: EventRequest, context: Context): EventRecord;
}

type Payload = EventRecord["payload"];

export function createComposer(
	{ provider, document, fixture }: Installed,
	clock: Clock,
	specOf: (type: string) => ApiDelivery | undefined,
): Composer {
	/** `change`: what the user makes of a payload beside `set`. */
	function eventOf(
		type: string,
		request: EventRequest,
		context: Context,
		change?: (payload: Payload) => Payload,
	): EventRecord {
		const id = provider.eventId(context);
		const time = clock.now();
		const head = { id, provider: provider.id, type, time };
		// What is sent as it is has no payload that anyone could look into.
		const payload =
			request.body === undefined
				? composePayload(
						request.payload === undefined ? fixture(type) : {},
						request,
						(given) => provider.stamp(head, given, context),
						change,
					)
				: {};
		const { cause, workspace } = request;
		return {
			...{ id, provider: provider.id, type, time, payload },
			...(workspace !== undefined && { workspace }),
			...(cause !== undefined && { cause }),
		};
	}

	return {
		compose(type, request, context) {
			refuseBesideBody(request);
			// What an operation makes of a call has no more in it than the call.
			if (request.cause === undefined) refuseUnfit(request);
			const { assign } = request;
			if (assign === undefined) return eventOf(type, request, context);
			// A path may lead to what the provider itself fills in, and what is put there it may derive more from.
			const rehearsal = rehearsalOf(provider, context);
			const { payload } = eventOf(type, request, rehearsal);
			const schema = specOf(type)?.body.value.schema;
			const values = readAssigned(payload, assign, document, schema);
			return eventOf(type, request, context, (given) => put(given, values));
		},
	};
}

function refuseBesideBody({ body, payload, set, assign }: EventRequest): void {
	if (body === undefined) return;
	const beside = Object.entries({ payload, set, assign }).find(
		([, value]) => value !== undefined,
	);
	if (beside === undefined) return;
	throw new LocalhookError(
		"invalid-request",
		`Failed to compose the payload: "body" is sent as it is, so "${beside[0]}" has nothing to change. Give one of the two.`,
	);
}
