import type { Context } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import type { Clock } from "../delivery/clock.ts";
import { LocalhookError } from "../errors.ts";
import type { ApiDelivery } from "../openapi/operations.ts";
import { assign } from "./assign.ts";
import type { EventRequest } from "./event-request.ts";
import type { Installed } from "./installed.ts";
import { composePayload } from "./payload.ts";
import { refuseUnknownEvent } from "./refusals.ts";

/** Makes events of what a user says of them: ids, times, and payloads from the fixtures. */
export interface Composer {
	/** Whether nothing has to be loaded first. */
	isAtHand(type: string, request: EventRequest): boolean;
	/** For what is at hand. */
	now(type: string, request: EventRequest): EventRecord;
	/** @throws LocalhookError `unknown-event` */
	later(type: string, request: EventRequest): Promise<EventRecord>;
}

interface Around {
	ready(): Promise<unknown>;
	isReady(): boolean;
	/** How the document describes deliveries of a type. */
	spec(type: string): ApiDelivery | undefined;
}

export function createComposer(
	{ provider, document, fixture }: Installed,
	context: Context,
	clock: Clock,
	around: Around,
): Composer {
	const fixtures = new Map<string, Readonly<Record<string, unknown>>>();

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
			fixtures.get(head.type) ?? {},
			request,
			(given) => provider.stamp(head, given, context),
		);
		if (request.assign === undefined) return composed;
		const schema = around.spec(head.type)?.body.value.schema;
		return assign(composed, request.assign, document, schema);
	}

	const composer: Composer = {
		isAtHand: (type, { payload, body }) =>
			around.isReady() &&
			(payload !== undefined || body !== undefined || fixtures.has(type)),
		now(type, request) {
			const id = provider.eventId(context);
			const time = clock.now();
			const head = { id, provider: provider.id, type, time };
			const payload = payloadOf(head, request);
			const event = { id, provider: provider.id, type, time, payload };
			const { cause } = request;
			return cause === undefined ? event : { ...event, cause };
		},
		async later(type, request) {
			refuseUnknownEvent(provider, type);
			if (!composer.isAtHand(type, request)) {
				await around.ready();
				if (request.payload === undefined && request.body === undefined)
					fixtures.set(type, await fixture(type));
			}
			return composer.now(type, request);
		},
	};
	return composer;
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
