import type { Delivery } from "../../contract/records.ts";
import {
	type Headers,
	withReceiverHeaders,
} from "../../delivery/receiver-headers.ts";
import { parseDuration } from "../../duration.ts";
import type { EventRequest } from "../../engine/composer.ts";
import { whyUnmatched } from "../../engine/endpoints.ts";
import type { Engine } from "../../engine/engine.ts";
import { type Preview, previews } from "../../engine/sending.ts";
import { unknownDelivery } from "../../engine/steering.ts";
import { invalidRequest, LocalhookError } from "../../errors.ts";
import type { Miss } from "../../query/nearest-misses.ts";
import { hidden } from "../../web-address.ts";
import { type ControlCall, type ControlOperations, ok } from "./call.ts";
import {
	bytes,
	controlMask,
	createMask,
	showDelivery,
	showEvent,
	summarise,
} from "./delivery-view.ts";
import { curlOf, exportFormats, opensslOf, showSignatures } from "./exports.ts";

export function deliveryOperations(
	engine: Engine,
): ControlOperations<
	| "send-event"
	| "list-deliveries"
	| "get-delivery"
	| "resend-delivery"
	| "attempt-delivery"
	| "explain-delivery"
	| "export-deliveries"
	| "wait-for-deliveries"
> {
	function show(delivery: Delivery, reveal: boolean) {
		const { dispatcher } = engine.session(delivery.event.provider);
		const mask = controlMask(engine, reveal);
		return showDelivery(delivery, mask, dispatcher.planned(delivery));
	}

	return {
		"send-event": async ({ body: asked, signal }) => {
			const { provider, type, count = 1, dryRun, wait, ...rest } = asked;
			const request = { ...rest, body: bytesOf(rest.body) };
			if (dryRun) return ok(dryRunOf(engine, provider, type, request));
			engine.faults.refuseTooMany(count);
			const published = [];
			for (let i = 0; i < count; i++)
				published.push(engine.send(provider, type, request));
			const deliveries = published.flatMap((each) => each.deliveries);
			const [first] = published;
			if (wait) await firstAttempts(engine, deliveries, signal);
			return {
				status: 202,
				body: {
					event: first && showEvent(first.event),
					count,
					deliveries: deliveries.map(summarise),
					...(deliveries.length === 0 && {
						note: unsent(engine, provider, type, rest),
					}),
				},
			};
		},

		"list-deliveries": ({ query: { limit, before, from, ...wanted } }) => {
			const matches = matcher(engine, wanted);
			const found: Delivery[] = [];
			let started = before === undefined && from === undefined;
			for (const delivery of engine.journal.newest()) {
				started ||= delivery.id === from;
				if (started && matches(delivery)) found.push(delivery);
				if (found.length > limit) break;
				started ||= delivery.id === before;
			}
			if (!started) throw unknownDelivery(before ?? (from as string));
			return ok({
				deliveries: found.slice(0, limit).map(summarise),
				more: found.length > limit,
				dropped: engine.journal.dropped,
			});
		},

		"get-delivery": ({ params: { id }, query }) => {
			const delivery = engine.delivery(id);
			const signatures = showSignatures(engine, delivery, query.reveal);
			return ok({ ...show(delivery, query.reveal), signatures });
		},

		"resend-delivery": async ({ params: { id }, body, signal }) => {
			const delivery = engine.resend(id, body.mode, body.endpoint);
			if (body.wait) await firstAttempts(engine, [delivery], signal);
			return { status: 202, body: summarise(delivery) };
		},

		"attempt-delivery": async ({ params: { id } }) =>
			ok(show(await engine.attempt(id), false)),

		"explain-delivery": async ({ params: { id }, body, signal }) => {
			const delivery = engine.delivery(id);
			// Few runs need it, and the server starts without.
			const { explainDelivery } = await import("../../engine/explaining.ts");
			const language = body?.language;
			const options = { language, signal };
			const explanation = await explainDelivery(engine, delivery, options);
			return ok({ delivery: delivery.id, ...explanation });
		},

		"export-deliveries": ({ params: { format }, query }) => {
			const matches = matcher(engine, query);
			const deliveries = [...engine.journal.newest()].reverse().filter(matches);
			for (const session of engine.sessions.values()) session.ready();
			const { write, type } = exportFormats[format];
			return {
				text: write(deliveries, createMask(engine, query.reveal)),
				type,
			};
		},

		"wait-for-deliveries": async ({ body, signal }) => {
			const { query, count } = body;
			const timeout = timeOf(body.timeout);
			try {
				const found = await engine.wait(query, { count, timeout, signal });
				return ok({ deliveries: found.map(summarise) });
			} catch (error) {
				throw withNearest(error);
			}
		},
	};
}

/** As long as `wait` does by default. */
const patience = 30_000;

/**
 * Resolves once each delivery has been attempted, has ended, or waits for what does not come at once; at the latest
 * after 30 real seconds, or when the signal is aborted.
 */
export function firstAttempts(
	engine: Engine,
	deliveries: readonly Delivery[],
	signal: AbortSignal,
): Promise<void> {
	return new Promise<void>((resolve, reject) => {
		const cancel = engine.clock.after(patience, resolve);
		signal.addEventListener("abort", () => resolve(), { once: true });
		Promise.all(
			deliveries.map(({ id, event }) =>
				engine.session(event.provider).dispatcher.firstAttempt(id),
			),
		)
			.then(() => resolve(), reject)
			.finally(cancel);
	});
}

function dryRunOf(
	engine: Engine,
	provider: string,
	type: string,
	request: EventRequest,
) {
	const session = engine.session(provider);
	const requests = previews(session, type, request);
	return {
		requests: requests.map((each) => ({
			endpoint: each.endpoint,
			url: each.url,
			method: "POST",
			headers: headersOf(each),
			...bytes(each.body),
			curl: curlOf({ ...each, headers: headersOf(each) }),
			openssl: opensslOf(each) ?? null,
		})),
		...(requests.length === 0 && {
			note: unsent(engine, provider, type, request),
		}),
	};
}

function headersOf({ headers, receiverHeaders }: Preview): Headers {
	const names = Object.keys(receiverHeaders);
	const masked = Object.fromEntries(names.map((name) => [name, hidden]));
	return withReceiverHeaders(headers, masked);
}

function bytesOf(text: string | undefined): Uint8Array | undefined {
	if (text === undefined) return undefined;
	const bytes = Buffer.from(text, "base64");
	if (unpadded(bytes.toString("base64")) === unpadded(text)) return bytes;
	throw invalidRequest(
		"Failed to make something happen: its body is not base64. Send the bytes base64-encoded, or a payload.",
	);
}

/** Clients leave the padding out, or write it. */
function unpadded(base64: string): string {
	return base64.replace(/={1,2}$/, "");
}

function unsent(
	engine: Engine,
	provider: string,
	type: string,
	address: Pick<EventRequest, "endpoint" | "workspace">,
): string {
	return `Nothing is sent. ${whyUnmatched(engine.session(provider), type, address)}`;
}

function matcher(
	engine: Engine,
	wanted: Partial<ControlCall<"list-deliveries">["query"]>,
): (delivery: Delivery) => boolean {
	const { query, provider, type, state } = wanted;
	if (provider !== undefined) engine.session(provider);
	const asked = query === undefined ? undefined : engine.query(query);
	const now = engine.clock.now();
	return (delivery) =>
		(provider === undefined || delivery.event.provider === provider) &&
		(type === undefined || delivery.event.type === type) &&
		(state === undefined || delivery.state === state) &&
		(asked === undefined || asked.matches(delivery, now));
}

/** A day: a timer cannot be set for longer than 24 of them, and no test waits that long. */
const longest = 86_400_000;

function timeOf(text: string | undefined): number | undefined {
	if (text === undefined) return undefined;
	const time = parseDuration(text);
	if (time <= longest) return time;
	throw new LocalhookError(
		"invalid-duration",
		`Failed to wait for ${JSON.stringify(text)}: it is longer than a day. Give at most 1d.`,
	);
}

function withNearest(error: unknown): unknown {
	if (!(error instanceof LocalhookError) || error.code !== "wait-timed-out")
		return error;
	const misses = error.cause as readonly Miss[];
	const nearest = misses.map(({ delivery, differs }) => ({
		delivery: summarise(delivery),
		differs,
	}));
	// The message names them too, for those who see nothing else.
	const { summary, ...details } = error.details;
	return new LocalhookError(error.code, String(summary), {
		details: { ...details, nearest },
		cause: error,
	});
}
