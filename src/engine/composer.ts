import type { Context } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import type { Clock } from "../delivery/clock.ts";
import { invalidRequest, LocalhookError, quoted } from "../errors.ts";
import { isForbidden, isObject } from "../json.ts";
import { didYouMean } from "../nearest.ts";
import { type Fields, fieldsOf } from "../openapi/fields.ts";
import { readingOf } from "../openapi/validators.ts";
import type { Provider } from "../provider.ts";
import { unfitIn } from "./body.ts";
import { type Placed, put, readChanges } from "./changes.ts";
import { checkFields, type Values } from "./known-fields.ts";
import type { Installed } from "./options.ts";
import { isRecord } from "./shape.ts";

export interface EventRequest {
	/** The whole body, in place of the fixture. */
	readonly payload?: Values | undefined;
	/** Values laid over the fixture or the payload, object by object. */
	readonly merge?: Values | undefined;
	/** Path in the body to its value as text, typed after the document: `{ "metadata.study.name": "x" }`. */
	readonly set?: Readonly<Record<string, string>> | undefined;
	/** Fields and values that the document does not know may be set. */
	readonly unchecked?: boolean | undefined;
	/** Bytes that are sent as they are, in place of any payload. */
	readonly body?: Uint8Array | undefined;
	/** A URL that gets it, whether anybody registered it or not. */
	readonly to?: string | undefined;
	readonly endpoint?: string | undefined;
	/** The workspace that it happens in: its endpoints alone get it. */
	readonly workspace?: string | undefined;
	/** A way to sign wrongly, such as `stale:10m`. */
	readonly sign?: string | undefined;
	readonly call?: string | undefined;
}

type MutableEvent = { -readonly [Key in keyof EventRecord]: EventRecord[Key] };

export type Composer = ReturnType<typeof createComposer>;

export function createComposer(installed: Installed, clock: Clock) {
	const { provider, fixture } = installed;
	const knownFields = new Map<string, Fields | undefined>();

	function known(type: string): Fields | undefined {
		if (knownFields.has(type)) return knownFields.get(type);
		const { deliveries } = readingOf(installed);
		const schema = deliveries.get(type)?.body.value.schema;
		const fields =
			schema === undefined ? undefined : fieldsOf(installed.document, schema);
		knownFields.set(type, fields);
		return fields;
	}
	/** What is set by path, as values of the types that the document has there. */
	function readSet(type: string, request: EventRequest): readonly Placed[] {
		const { payload = fixture(type), merge, set, unchecked } = request;
		if (set === undefined) return [];
		// What the provider fills in is in its fixture, even where the user's payload lacks it.
		const filledIn = Object.entries(fixture(type)).filter(
			([, value]) => typeof value !== "object",
		);
		const given = {
			...Object.fromEntries(filledIn),
			...mergeInto(payload, merge),
		};
		return readChanges(nameOf(type), known(type), given, set, unchecked);
	}
	function nameOf(type: string): string {
		return `${type} of ${provider.id}`;
	}

	/** @throws LocalhookError `unknown-event`, `invalid-request` */
	function check(type: string, request: EventRequest): readonly Placed[] {
		refuseUnknownEvent(provider, type);
		refuseBesideBody(request);
		const { payload: own, merge, call } = request;
		// What an operation makes of a call has no more in it than the call.
		const isFromUser = call === undefined;
		if (isFromUser && own !== undefined) refuseUnfit(own, false);
		if (merge !== undefined) {
			if (!isRecord(merge))
				throw invalidRequest(
					`Failed to set fields of ${nameOf(type)}: ${quoted(merge)} is not an object. Give field and value, such as { status: "ACTIVE" }.`,
				);
			if (isFromUser) refuseUnfit(merge, true);
			if (request.unchecked !== true)
				checkFields(nameOf(type), known(type), merge, own ?? fixture(type));
		}
		return readSet(type, request);
	}

	return {
		check,
		/**
		 * @param context draws the id, and keeps what the provider counts
		 * @throws LocalhookError `unknown-event`, `invalid-request`; nothing is used up
		 */
		compose(
			type: string,
			request: EventRequest,
			context: Context,
		): EventRecord {
			const { body, payload: own, call, workspace } = request;
			const values = check(type, request);
			// Only now, so that what is refused uses nothing up.
			const id = provider.eventId(context);
			const time = clock.now();
			const head = { id, provider: provider.id, type, time };
			// What is sent as it is has no payload that anyone could look into.
			const payload =
				body === undefined
					? composePayload(
							own === undefined ? fixture(type) : {},
							request,
							(given) => provider.eventFields(head, given, context),
							(given) => (values.length === 0 ? given : put(given, values)),
						)
					: {};
			// By name: in V8 11, spreading the head before the payload would give each event a hidden class of its own.
			const event: MutableEvent = {
				id,
				provider: provider.id,
				type,
				time,
				payload,
			};
			if (workspace !== undefined) event.workspace = workspace;
			if (call !== undefined) event.call = call;
			return event;
		},
	};
}

/** @throws LocalhookError `unknown-event` */
export function refuseUnknownEvent(provider: Provider, type: string): void {
	if (typeof type === "string" && Object.hasOwn(provider.events, type)) return;
	const known = Object.keys(provider.events);
	throw new LocalhookError(
		"unknown-event",
		`Failed to send ${quoted(type)}: ${provider.id} has no such event.${didYouMean(type, known)} ` +
			`Choose one of ${known.join(", ")}.`,
		{ details: { events: known } },
	);
}

/**
 * A delivery's body: the fixture, the parts that belong to this event, then what the user said.
 * With a payload of the user's own there is no fixture, and the event's parts only fill gaps.
 *
 * @param eventFields gives the event's parts, and may derive them from what the user said
 * @param change what the user says beside the request
 */
export function composePayload(
	fixture: Values,
	{ payload, merge }: Pick<EventRequest, "payload" | "merge">,
	eventFields: (payload: Values) => object,
	change: (payload: Values) => Values = (same) => same,
): Values {
	const given = change(mergeInto(payload ?? fixture, merge));
	const fields = eventFields(given) as Values;
	if (payload !== undefined) return mergeInto(fields, given, given);
	return change(mergeInto(mergeInto(given, fields), merge));
}

/** Later values win; objects merge, everything else is replaced. Keys keep the order of `order`, or of the base. */
export function mergeInto(
	base: Values,
	over: Values | undefined,
	order: Values = base,
): Values {
	if (over === undefined) return base;
	const merged: Record<string, unknown> = {};
	for (const source of order === base ? [base, over] : [order, base, over])
		for (const key in source) {
			if (!Object.hasOwn(source, key) || Object.hasOwn(merged, key)) continue;
			if (isForbidden(key)) throw unfit(`the name "${key}" is not allowed`);
			const before = base[key];
			const after = Object.hasOwn(over, key) ? over[key] : before;
			merged[key] =
				isObject(before) && isObject(after) && before !== after
					? mergeInto(before, after, order[key] as Values | undefined)
					: after;
		}
	return merged;
}

/** Refuses what JSON cannot carry. @param names whether it is laid over others, so that some names are wrong too */
function refuseUnfit(given: Values, names: boolean): void {
	const reason = unfitIn(given, names);
	if (reason !== undefined) throw unfit(reason);
}

function refuseBesideBody({ body, payload, merge, set }: EventRequest): void {
	if (body === undefined) return;
	const beside = Object.entries({ payload, merge, set }).find(
		([, value]) => value !== undefined,
	);
	if (beside === undefined) return;
	throw unfit(
		`"body" is sent as it is, so "${beside[0]}" has nothing to change. Give one of the two`,
	);
}

function unfit(reason: string): LocalhookError {
	return invalidRequest(`Failed to compose the payload: ${reason}.`);
}
