import type { Attempt, Delivery, EventRecord } from "../../contract/records.ts";
import type { Engine } from "../../engine/engine.ts";
import { answerOf, iso, rounded } from "../../engine/entry-view.ts";
import { saysForItself } from "../../explain/triage.ts";
import { hidden, maskUrl } from "../../web-address.ts";

export function showEvent(event: EventRecord) {
	const { id, provider, type, time, payload, workspace, call } = event;
	return { id, provider, type, time: iso(time), payload, workspace, call };
}

export function summarise(delivery: Delivery) {
	const { event, attempts } = delivery;
	const last = attempts.at(-1);
	const failed = last?.ok ? undefined : last;
	return {
		...outline(delivery),
		provider: event.provider,
		event: { id: event.id, type: event.type },
		attempts: attempts.length,
		lastStatus: last?.response?.status,
		lastSays: failed && saysForItself(failed),
		lastAnswer: answerOf(failed?.response?.body),
		lastError: last?.error?.message,
		lastErrorCode: last?.error?.code,
	};
}

export function showDelivery(
	delivery: Delivery,
	mask: Mask,
	planned?: readonly number[],
) {
	return {
		...outline(delivery),
		endpoint: mask.url(delivery.endpoint),
		url: mask.url(delivery.url),
		planned: planned?.map(iso),
		event: showEvent(delivery.event),
		...bytes(delivery.body),
		attempts: delivery.attempts.map((attempt) =>
			showAttempt(delivery, attempt, mask),
		),
	};
}

function outline(delivery: Delivery) {
	const { id, state, reason, endpoint, nextAt } = delivery;
	const { held, parent, resent, sign, attempts } = delivery;
	const isForged = attempts.some(({ wronglyAccepted }) => wronglyAccepted);
	return {
		id,
		state,
		reason,
		endpoint,
		url: maskUrl(delivery.url),
		nextAt: nextAt === undefined ? undefined : iso(nextAt),
		held,
		parent,
		resent,
		sign,
		...(isForged && { wronglyAccepted: true }),
		createdAt: iso(delivery.createdAt),
		updatedAt: iso(delivery.updatedAt),
	};
}

function showAttempt(delivery: Delivery, attempt: Attempt, mask: Mask) {
	const { at, duration, url, headers, response } = attempt;
	return {
		number: attempt.number,
		at: iso(at),
		duration: rounded(duration),
		url: mask.url(url),
		headers: mask.sent(delivery, headers),
		ok: attempt.ok,
		wronglyAccepted: attempt.wronglyAccepted,
		response: response && {
			status: response.status,
			headers: mask.received(response.headers),
			...bytes(response.body),
			truncated: response.truncated,
		},
		says: attempt.ok ? undefined : saysForItself(attempt),
		error: attempt.error,
		fault: attempt.fault,
		reconnected: attempt.reconnected,
	};
}

export function bytes(body: Uint8Array) {
	const buffer = Buffer.from(body.buffer, body.byteOffset, body.length);
	return { body: buffer.toString(), bodyBase64: buffer.toString("base64") };
}

/** A name that came several times has a list. */
type Headers = Readonly<Record<string, string | string[]>>;

export type Mask = typeof bare;

const bare = {
	sent: (_: Delivery, headers: Attempt["headers"]) => headers,
	received: (headers: Headers) => headers,
	/** A receiver's URL, or what names an endpoint by it. */
	url: (text: string) => text,
};

const telling = /auth|cookie|key|password|secret|token/i;

/**
 * Hides what lets somebody in, unless it is to be revealed: names and passwords in URLs too. Of the headers sent that is
 * all that the provider did not choose itself: credentials stand under a name of the customer's. Signatures stay: they
 * are of no use without the secret.
 */
export function createMask(engine: Engine, reveal: boolean): Mask {
	if (reveal) return bare;
	const signatures = new Set<string>();
	const secrets = new Set<string>();
	for (const { signer, provider, context } of engine.sessions.values()) {
		for (const header of signer.headers) signatures.add(header.toLowerCase());
		for (const secret of provider.secrets(context)) secrets.add(secret);
	}
	const withoutSecrets = (value: string) => {
		let shown = value;
		for (const secret of secrets) shown = shown.replaceAll(secret, hidden);
		return shown;
	};
	return {
		sent: (delivery, headers) => {
			const shown = Object.entries(headers).map(([name, value]) => {
				const isProviders =
					delivery.headers[name] === value ||
					signatures.has(name.toLowerCase());
				return [name, isProviders ? withoutSecrets(value) : hidden];
			});
			return Object.fromEntries(shown);
		},
		received: (headers) => {
			const shown = Object.entries(headers).map(([name, value]) => {
				const show = telling.test(name) ? () => hidden : withoutSecrets;
				return [
					name,
					typeof value === "string" ? show(value) : value.map(show),
				];
			});
			return Object.fromEntries(shown);
		},
		url: (text) =>
			maskUrl(text).replaceAll(
				/([?&][^=&#?]*)=[^&#]*/g,
				(given, name: string) =>
					telling.test(name) ? `${name}=${hidden}` : given,
			),
	};
}

/**
 * Headers and URLs as the control API shows them to who debugs: of the request, what lets somebody in at the receiver
 * is hidden unless it is to be revealed; the answer is shown as it came.
 */
export function controlMask(engine: Engine, reveal: boolean): Mask {
	const { sent, url } = createMask(engine, reveal);
	return { ...bare, sent, url: reveal ? url : maskUrl };
}
