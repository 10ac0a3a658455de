import { Answer, headersOf } from "../delivery/answer.ts";
import type { Clock } from "../delivery/clock.ts";
import { bytesBeforeCut, cutMessage, cutShare } from "../delivery/cut-share.ts";
import { dribble } from "../delivery/dribble.ts";
import { type Exchange, type Outgoing, tooLate } from "../delivery/exchange.ts";
import { type Exchanger, misbehaviour, shown, thrown } from "./exchanger.ts";
import type { FetchHandler } from "./receiver.ts";

const signature = "(request)";

/** Calls a handler with a `Request` of the registered URL. Its signal aborts when nobody waits for the answer. */
export function exchangeWithFetch(handler: FetchHandler): Exchanger {
	return (outgoing, { clock, repeating }, done) => {
		const { timeout, fault } = outgoing;
		const share = cutShare(fault);
		const gone = new AbortController();
		let settled = false;
		const cancelDeadline = clock.after(timeout, expire);

		function settle(exchange: Exchange): void {
			if (settled) return;
			settled = true;
			cancelDeadline();
			if (share === undefined) done(exchange);
			else done(connectionError(cutMessage(share)));
		}
		function leave(reason: Error): void {
			settle(connectionError(reason.message));
			gone.abort(reason);
		}
		function expire(): void {
			const late = tooLate(timeout);
			settle(late);
			gone.abort(new Error(late.error.message));
		}

		async function converse(): Promise<void> {
			const request = requestOf(
				outgoing,
				requestBody(outgoing, clock, leave),
				gone.signal,
			);
			// Keeps the `Request`: once that is collected, Node does not abort its signal any more.
			// https://github.com/nodejs/undici/issues/3644
			gone.signal.addEventListener("abort", () => void request);
			const response = await called(handler, request, settle);
			if (response === undefined) return;
			const answer = new Answer(repeating);
			answer.begin(response.status, headersOf(response));
			await readInto(answer, response.body, gone.signal);
			// The receiver has done its work, and the provider never hears of it.
			if (fault?.kind === "timeout") expire();
			else settle({ response: answer.end() });
		}
		converse().catch((error: Error) => settle(connectionError(error.message)));
		return () => gone.abort(new Error("the request broke off"));
	};
}

/** Without what a URL holds beside origin, path and query, which is not sent, and a `Request` refuses. */
function requestOf(
	{ target, headers, body }: Outgoing,
	sent: ReturnType<typeof requestBody>,
	signal: AbortSignal,
): Request {
	const given = new Headers();
	for (const name in headers) given.append(name, headers[name] as string);
	if (!given.has("host")) given.set("host", new URL(target.origin).host);
	given.set("content-length", String(body.length));
	return new Request(target.origin + target.path, {
		method: "POST",
		headers: given,
		body: sent,
		signal,
		duplex: "half",
	});
}

/** The handler's response; undefined: there is none, which has been told of. */
async function called(
	handler: FetchHandler,
	request: Request,
	settle: (exchange: Exchange) => void,
): Promise<Response | undefined> {
	let given: unknown;
	try {
		given = await handler(request);
	} catch (error) {
		settle(thrown(signature, error));
		return undefined;
	}
	if (isResponse(given)) return given;
	settle(
		misbehaviour(signature, `returned ${shown(given)}, which is no Response`),
	);
	return undefined;
}

/** Not `instanceof`: frameworks bring classes of their own. The status of a network error is 0. */
function isResponse(given: unknown): given is Response {
	const { status, headers, body } = (given ?? {}) as Partial<Response>;
	return (
		typeof status === "number" &&
		status > 0 &&
		typeof headers?.forEach === "function" &&
		body !== undefined
	);
}

async function readInto(
	answer: Answer,
	body: ReadableStream<Uint8Array> | null,
	signal: AbortSignal,
): Promise<void> {
	if (body === null) return;
	const reader = body.getReader();
	const leave = () => void reader.cancel(signal.reason).catch(() => {});
	signal.addEventListener("abort", leave, { once: true });
	let isShort = true;
	while (isShort) {
		const { done, value } = await reader.read();
		if (done) break;
		isShort = answer.add(value);
	}
	signal.removeEventListener("abort", leave);
	if (!isShort) leave();
}

function connectionError(message: string): Exchange {
	return { error: { code: "connection", message } };
}

/**
 * The body as a `Request` takes it: whole, or a stream that does what the fault says.
 *
 * @param onCut told when the receiver has come to where the body breaks off
 */
function requestBody(
	{ body, fault }: Outgoing,
	clock: Clock,
	onCut: (reason: Error) => void,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
	const share = cutShare(fault);
	if (share !== undefined) return broken(bytesBeforeCut(body, share), onCut);
	if (fault?.kind !== "slow-upload") return new Uint8Array(body);
	const bits = dribble(body, fault.over, clock);
	return pulled(async (controller) => {
		const { done, value } = await bits.next();
		if (done) controller.close();
		else controller.enqueue(new Uint8Array(value));
	});
}

function broken(
	part: Uint8Array,
	onCut: (reason: Error) => void,
): ReadableStream<Uint8Array> {
	let sent = part.length === 0;
	return pulled((controller) => {
		if (sent) {
			const reason = new Error("the request broke off");
			controller.error(reason);
			onCut(reason);
		} else {
			sent = true;
			controller.enqueue(new Uint8Array(part));
		}
	});
}

/** Nothing is made before somebody reads it. */
function pulled(
	pull: (
		controller: ReadableStreamDefaultController<Uint8Array>,
	) => void | Promise<void>,
): ReadableStream<Uint8Array> {
	return new ReadableStream({ pull }, { highWaterMark: 0 });
}
