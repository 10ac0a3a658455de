import type { Attempt, Delivery, EventRecord } from "../../contract/records.ts";
import { iso } from "./time.ts";

/** An event as the control API shows it. */
export function showEvent(event: EventRecord) {
	const { id, provider, type, time, payload, workspace, cause } = event;
	const what = { id, provider, type, time: iso(time), payload };
	return present({ ...what, workspace, cause });
}

/** A delivery in one line of a list. */
export function summarise(delivery: Delivery) {
	const { event, attempts } = delivery;
	const last = attempts.at(-1);
	return present({
		...outline(delivery),
		provider: event.provider,
		type: event.type,
		event: event.id,
		attempts: attempts.length,
		lastStatus: last?.response?.status,
		lastError: last?.error?.message,
	});
}

/** A delivery whole, with the bytes that were sent and received. */
export function showDelivery(
	delivery: Delivery,
	planned: readonly number[] = [],
) {
	return present({
		...outline(delivery),
		planned: planned.map(iso),
		event: showEvent(delivery.event),
		...bytes(delivery.body),
		attempts: delivery.attempts.map(showAttempt),
	});
}

function outline({
	id,
	endpoint,
	url,
	state,
	reason,
	nextAt,
	held,
	parent,
	resent,
	sign,
	createdAt,
	updatedAt,
}: Delivery) {
	return {
		id,
		state,
		reason,
		endpoint,
		url,
		nextAt: nextAt === undefined ? undefined : iso(nextAt),
		held,
		parent,
		resent,
		sign,
		createdAt: iso(createdAt),
		updatedAt: iso(updatedAt),
	};
}

function showAttempt({
	number,
	at,
	duration,
	target,
	headers,
	response,
	error,
	ok,
	fault,
}: Attempt) {
	return present({
		number,
		at: iso(at),
		duration: Math.round(duration * 1000) / 1000,
		target,
		headers,
		ok,
		response: response && {
			status: response.status,
			headers: response.headers,
			...bytes(response.body),
			truncated: response.truncated,
		},
		error,
		fault,
	});
}

function bytes(body: Uint8Array): { body: string; bodyBase64: string } {
	const buffer = Buffer.from(body.buffer, body.byteOffset, body.length);
	return { body: buffer.toString(), bodyBase64: buffer.toString("base64") };
}

/** Without the keys that have nothing to say. */
function present<Value extends object>(value: Value): Value {
	return Object.fromEntries(
		Object.entries(value).filter(([, each]) => each !== undefined),
	) as Value;
}
