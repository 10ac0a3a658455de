import type { Context } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import type { Clock } from "../delivery/clock.ts";
import { LocalhookError, quoted } from "../errors.ts";
import { type Fields, fieldsOf } from "../openapi/fields.ts";
import { readingOf } from "../openapi/reading.ts";
import { checkAssigned, type Placed, put, readAssigned } from "./assign.ts";
import { checkFields } from "./check-fields.ts";
import type { EventRequest } from "./event-request.ts";
import type { Installed } from "./installed.ts";
import { composePayload, mergeInto, refuseUnfit } from "./payload.ts";
import { refuseUnknownEvent } from "./refusals.ts";
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

const none: readonly Placed[] = [];

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
	call: kinds.text,
} satisfies Shape<EventRequest>;

export function createComposer(installed: Installed, clock: Clock): Composer {
	const { provider, fixture } = installed;
	/** By event type, what its document knows of its payload. */
	const knownFields = new Map<string, Fields | undefined>();

	function schemaOf(type: string): unknown {
		return readingOf(installed).deliveries.get(type)?.body.value.schema;
	}
	function known(type: string): Fields | undefined {
		if (knownFields.has(type)) return knownFields.get(type);
		const schema = schemaOf(type);
		const fields =
			schema === undefined ? undefined : fieldsOf(installed.document, schema);
		knownFields.set(type, fields);
		return fields;
	}
	/** @throws LocalhookError `invalid-request` for fields and values that the document does not know */
	function checkMerged(type: string, request: EventRequest): void {
		const { payload = fixture(type), merge, unchecked } = request;
		if (merge === undefined) return;
		refuseNoObject(nameOf(type), merge);
		if (unchecked !== true)
			checkFields(nameOf(type), known(type), merge, payload);
	}
	/** What is set by path, as values of the types that the document has there. */
	function typed(type: string, request: EventRequest): readonly Placed[] {
		const { payload = fixture(type), merge, set, unchecked } = request;
		if (set === undefined) return none;
		// What the provider fills in is in its fixture, even where the user's payload lacks it.
		const filledIn = Object.entries(fixture(type)).filter(
			([, value]) => typeof value !== "object",
		);
		const given = {
			...Object.fromEntries(filledIn),
			...mergeInto(payload, merge),
		};
		const schema = schemaOf(type);
		const { document } = installed;
		const values = readAssigned(given, set, document, schema, unchecked);
		if (unchecked !== true)
			checkAssigned(nameOf(type), known(type), values, given);
		return values;
	}
	function nameOf(type: string): string {
		return `${type} of ${provider.id}`;
	}

	return {
		compose(type, request, context) {
			refuseUnknownEvent(provider, type);
			checkShape(request, requestShape, "send");
			refuseBesideBody(request);
			// What an operation makes of a call has no more in it than the call.
			if (request.call === undefined) refuseUnfit(request);
			checkMerged(type, request);
			const values = typed(type, request);
			const change = (given: Payload) => put(given, values);
			// Only now, so that what is refused uses nothing up.
			const id = provider.eventId(context);
			const time = clock.now();
			const head = { id, provider: provider.id, type, time };
			const { body, payload: own, call, workspace } = request;
			// What is sent as it is has no payload that anyone could look into.
			const payload =
				body === undefined
					? composePayload(
							own === undefined ? fixture(type) : {},
							request,
							(given) => provider.eventFields(head, given, context),
							values === none ? undefined : change,
						)
					: {};
			return {
				...{ id, provider: provider.id, type, time, payload },
				...(workspace !== undefined && { workspace }),
				...(call !== undefined && { call }),
			};
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
