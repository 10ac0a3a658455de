import type { Clock } from "../delivery/clock.ts";
import {
	abortable,
	answerOf,
	brokeOff,
	type Cut,
	cutOf,
	dribble,
	type Exchanger,
	failed,
	type Leave,
	type Outgoing,
	tooLate,
} from "../delivery/exchange.ts";
import {
	type Advise,
	adviceOnAnswer,
	returned,
	type Signature,
	thrown,
} from "./mistakes.ts";

type Call = (request: Request, outgoing: Outgoing, clock: Clock) => unknown;

/**
 * Calls a handler with a `Request` of the registered URL. Its signal aborts when nobody waits for the answer.
 */
export function exchangeWithFetch(
	call: Call,
	advise?: Advise,
	signature: Signature = "(request)",
): Exchanger {
	return abortable(async (outgoing, clock, signal, leave) => {
		const body = bodyOf(outgoing, clock, leave);
		const request = requestOf(outgoing, body, signal);
		const read = misreadingsOf(request);
		function advised(given: unknown): string {
			if (advise === undefined) return "";
			const isRequest = request.bodyUsed && read.length === 0;
			// Who has read the body knows what a request is.
			return adviceOnAnswer(given) || (isRequest ? "" : advise(given, read));
		}
		// Keeps the `Request`: once that is collected, Node does not abort its signal any more.
		// https://github.com/nodejs/undici/issues/3644
		signal.addEventListener("abort", () => void request);
		let given: unknown;
		try {
			given = await call(request, outgoing, clock);
		} catch (error) {
			return thrown(signature, error, advised);
		}
		if (!isResponse(given)) return returned(signature, given, advised);
		const response = await answerOf(given, signal);
		const { fault, timeout } = outgoing;
		// The receiver has done its work, and the provider never hears of it.
		if (fault?.kind === "timeout") leave(tooLate(timeout));
		return { response };
	});
}

/** What is read of a request that no request has: by it, a handler that wants something else is known. */
function misreadingsOf(request: Request): readonly string[] {
	const read: string[] = [];
	for (const name of ["request", "nextUrl"])
		Object.defineProperty(request, name, {
			configurable: true,
			get: () => void read.push(name),
		});
	return read;
}

/** Without what a URL holds beside origin, path and query, which is not sent, and a `Request` refuses. */
function requestOf(
	{ receiver, method = "POST", headers, body }: Outgoing,
	sent: ReturnType<typeof bodyOf>,
	signal: AbortSignal,
): Request {
	const given = new Headers();
	for (const name in headers) given.append(name, headers[name] as string);
	if (!given.has("host")) given.set("host", new URL(receiver.origin).host);
	given.set("content-length", String(body.length));
	// The types of a page have no `duplex`, which Node needs for a stream.
	const options: RequestInit & { readonly duplex: "half" } = {
		method,
		headers: given,
		body: method === "GET" ? null : sent,
		signal,
		duplex: "half",
	};
	return new Request(receiver.origin + receiver.path, options);
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

/**
 * The body as a `Request` takes it: whole, or a stream that does what the fault says. Nothing is made before somebody
 * reads it. The exchange ends when the receiver has come to where the body breaks off.
 */
function bodyOf(
	outgoing: Outgoing,
	clock: Clock,
	leave: Leave,
): Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> {
	const { body, fault } = outgoing;
	const cut = cutOf(outgoing);
	const parts =
		fault?.kind === "slow-upload"
			? dribble(body, fault.over, clock)
			: cut && cutBody(cut);
	if (parts === undefined) return new Uint8Array(body);
	return new ReadableStream(
		{
			async pull(controller) {
				try {
					const { done, value } = await parts.next();
					if (done) controller.close();
					else controller.enqueue(new Uint8Array(value));
				} catch (reason) {
					controller.error(reason);
					leave(failed((reason as Error).message));
				}
			},
		},
		{ highWaterMark: 0 },
	);
}

async function* cutBody({ sent, exchange }: Cut): AsyncGenerator<Uint8Array> {
	if (sent.length > 0) yield sent;
	const error = new Error(brokeOff);
	// Handlers log it: as what it is, without the way that led to it here.
	error.stack = `AbortError: ${exchange.error.message}`;
	throw error;
}
