import {
	type Headers,
	withReceiverHeaders,
} from "../../delivery/receiver-headers.ts";
import { whyUnmatched } from "../../engine/endpoints.ts";
import type { Engine } from "../../engine/engine.ts";
import type { EventRequest } from "../../engine/event-request.ts";
import { type Preview, previews } from "../../engine/sending.ts";
import { LocalhookError } from "../../errors.ts";
import { hidden } from "../../mask-url.ts";
import { type ControlCall, type ControlOperations, ok } from "./call.ts";
import { bytes, showEvent, summarise } from "./delivery-view.ts";
import { curlOf, opensslOf } from "./exports.ts";

/** Making something happen. */
export function eventOperations(
	engine: Engine,
): ControlOperations<"send-event"> {
	return {
		"send-event": async ({ body: asked, signal }) => {
			const { provider, type, count = 1, dryRun, wait, ...rest } = asked;
			const request = { ...rest, body: bytesOf(rest.body) };
			refuseMixed(rest);
			if (dryRun) return ok(dryRunOf(engine, provider, type, request));
			engine.faults.refuseTooMany(count);
			const published = [];
			for (let i = 0; i < count; i++)
				published.push(engine.send(provider, type, request));
			const deliveries = published.flatMap((each) => each.deliveries);
			const [first] = published;
			if (wait) await engine.firstAttempts(deliveries, signal);
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
	};
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

/** What lets somebody in at the receiver is hidden. */
function headersOf({ headers, receiverHeaders }: Preview): Headers {
	const names = Object.keys(receiverHeaders);
	const masked = Object.fromEntries(names.map((name) => [name, hidden]));
	return withReceiverHeaders(headers, masked);
}

function bytesOf(text: string | undefined): Uint8Array | undefined {
	if (text === undefined) return undefined;
	const bytes = Buffer.from(text, "base64");
	if (unpadded(bytes.toString("base64")) === unpadded(text)) return bytes;
	throw new LocalhookError(
		"invalid-request",
		"Failed to make something happen: its body is not base64. Send the bytes base64-encoded, or a payload.",
	);
}

/** Clients leave the padding out, or write it. */
function unpadded(base64: string): string {
	return base64.replace(/={1,2}$/, "");
}

/** Bytes that are sent as they are leave nothing to be set. */
function refuseMixed(
	request: Partial<ControlCall<"send-event">["body"]>,
): void {
	const { body, payload, merge, set } = request;
	if (body === undefined || (!payload && !merge && !set)) return;
	throw new LocalhookError(
		"invalid-request",
		"Failed to make something happen: body is sent as it is, so payload, merge and set cannot be given with it. Leave one of them out.",
	);
}

function unsent(
	engine: Engine,
	provider: string,
	type: string,
	address: Pick<EventRequest, "endpoint" | "workspace">,
): string {
	return `Nothing is sent. ${whyUnmatched(engine.session(provider), type, address)}`;
}
