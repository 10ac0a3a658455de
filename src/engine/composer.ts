import type { Context } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import type { Clock } from "../delivery/clock.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { type Fields, fieldsOf } from "../openapi/fields.ts";
import type { ApiDelivery } from "../openapi/operations.ts";
import { checkAssigned, put, readAssigned } from "./assign.ts";
import { checkFields } from "./check-fields.ts";
import { rehearsalOf } from "./dry-run.ts";
import type { EventRequest } from "./event-request.ts";
import type { Installed } from "./installed.ts";
import { composePayload, refuseUnfit } from "./payload.ts";
import { checkShape, isRecord, kinds, recordOf, type Shape } from "./shape.ts";

/** Makes events of what a user says of them: ids, times, and payloads from the fixtures. */
export interface Composer {
	/**
	 * @param context draws the id, and keeps what the provider counts
	 * @throws LocalhookError `invalid-request`; nothing is used up
	 */
	compose(type: string, request: EventRequest, context: Context): EventRecord;
}

type Payload = EventRecord["payload"];

const requestShape = {
	payload: kinds.record,
	merge: kinds.anything,
	set: recordOf(kinds.text, "an object of path and value as text"),
	unchecked: kinds.flag,
	body: kinds.bytes,
	to: kinds.text,
	endpoint: kinds.text,
	workspace: kinds.text,
	sign: kinds.text,
	cause: kinds.text,
} satisfies Shape<EventRequest>;

export function createComposer(
	{ provider, document, fixture }: Installed,
	clock: Clock,
	specOf: (type: string) => ApiDelivery | undefined,
): Composer {
	/** By event type, what its document knows of its payload. */
	const knownFields = new Map<string, Fields | undefined>();

	function known(type: string): Fields | undefined {
		if (knownFields.has(type)) return knownFields.get(type);
		const schema = specOf(type)?.body.value.schema;
		const fields =
			schema === undefined ? undefined : fieldsOf(document, schema);
		knownFields.set(type, fields);
		return fields;
	}
	/** `change`: what the user makes of a payload beside `merge`. */
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
			checkShape(request, requestShape, "send");
			refuseBesideBody(request);
			// What an operation makes of a call has no more in it than the call.
			if (request.cause === undefined) refuseUnfit(request);
			const { set, merge, unchecked } = request;
			const what = `${type} of ${provider.id}`;
			if (merge !== undefined) {
				refuseNoObject(what, merge);
				if (unchecked !== true)
					checkFields(
						what,
						known(type),
						merge,
						request.payload ?? fixture(type),
					);
			}
			if (set === undefined) return eventOf(type, request, context);
			// A path may lead to what the provider itself fills in, and what is put there it may derive more from.
			const rehearsal = rehearsalOf(provider, context);
			const { payload } = eventOf(type, request, rehearsal);
			const schema = specOf(type)?.body.value.schema;
			const values = readAssigned(payload, set, document, schema, unchecked);
			if (unchecked !== true) checkAssigned(what, known(type), values, payload);
			return eventOf(type, request, context, (given) => put(given, values));
		},
	};
}

function refuseNoObject(what: string, merge: unknown): void {
	if (isRecord(merge)) return;
	throw new LocalhookError(
		"invalid-request",
		`Failed to set fields of ${what}: ${quoted(merge)} is not an object. Give field and value, such as { status: "ACTIVE" }.`,
	);
}

function refuseBesideBody({ body, payload, merge, set }: EventRequest): void {
	if (body === undefined) return;
	const beside = Object.entries({ payload, merge, set }).find(
		([, value]) => value !== undefined,
	);
	if (beside === undefined) return;
	throw new LocalhookError(
		"invalid-request",
		`Failed to compose the payload: "body" is sent as it is, so "${beside[0]}" has nothing to change. Give one of the two.`,
	);
}
