import type { Attempt, Delivery, EventRecord } from "../../contract/records.ts";
import { maskUrl } from "../../mask-url.ts";
import { printableJson } from "../../printing.ts";
import type { Mask } from "../export/mask.ts";
import { iso } from "./call.ts";

/** An event as the control API shows it. */
export function showEvent(event: EventRecord) {
	const { id, provider, type, time, payload, workspace, call } = event;
	const what = { id, provider, type, time: iso(time), payload };
	return present({ ...what, workspace, call });
}

/** A delivery in one line of a list. */
export function summarise(delivery: Delivery) {
	const { event, attempts } = delivery;
	const last = attempts.at(-1);
	return present({
		...outline(delivery),
		provider: event.provider,
		event: { id: event.id, type: event.type },
		attempts: attempts.length,
		lastStatus: last?.response?.status,
		lastError: last?.error?.message,
		lastErrorCode: last?.error?.code,
	});
}

/** A delivery whole, with the bytes that were sent and received. */
export function showDelivery(
	delivery: Delivery,
	mask: Mask,
	planned?: readonly number[],
) {
	return present({
		...outline(delivery),
		endpoint: mask.url(delivery.endpoint),
		url: mask.url(delivery.url),
		planned: planned?.map(iso),
		event: showEvent(delivery.event),
		...bytes(delivery.body),
		attempts: delivery.attempts.map((attempt) =>
			showAttempt(delivery, attempt, mask),
		),
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
		url: maskUrl(url),
		nextAt: nextAt === undefined ? undefined : iso(nextAt),
		held,
		parent,
		resent,
		sign,
		createdAt: iso(createdAt),
		updatedAt: iso(updatedAt),
	};
}

function showAttempt(delivery: Delivery, attempt: Attempt, mask: Mask) {
	const { at, duration, url, headers, response } = attempt;
	return present({
		number: attempt.number,
		at: iso(at),
		duration: Math.round(duration * 1000) / 1000,
		url: mask.url(url),
		headers: Object.fromEntries(mask.sent(delivery, headers)),
		ok: attempt.ok,
		response: response && {
			status: response.status,
			headers: gathered(mask.received(response.headers)),
			...bytes(response.body),
			truncated: response.truncated,
		},
		error: attempt.error,
		fault: attempt.fault,
		reconnected: attempt.reconnected,
	});
}

/** A name that came several times has a list. */
function gathered(
	pairs: readonly (readonly [string, string])[],
): Record<string, string | string[]> {
	const values = new Map<string, string[]>();
	for (const [name, value] of pairs)
		values.set(name, [...(values.get(name) ?? []), value]);
	return Object.fromEntries(
		[...values].map(([name, all]) => [
			name,
			all.length === 1 ? (all[0] as string) : all,
		]),
	);
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

/** One delivery a line, with the bytes of each attempt. */
export function ndjson(deliveries: readonly Delivery[], mask: Mask): string {
	return deliveries
		.map((delivery) => ({ kind: "delivery", ...showDelivery(delivery, mask) }))
		.map((line) => `${printableJson(line)}\n`)
		.join("");
}
