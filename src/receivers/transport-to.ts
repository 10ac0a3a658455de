import type { IncomingMessage, ServerResponse } from "node:http";
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
	type Transport,
	tooLate,
	transportBy,
} from "../delivery/exchange.ts";
import { LocalhookError, quoted } from "../errors.ts";
import {
	type FastifyLike,
	type FetchApp,
	type FetchHandler,
	misbehaviour,
	type NodeHandler,
	type Receiver,
	shown,
	thrown,
} from "./receiver.ts";

/** Delivers to code in this process, whatever URL it is registered under. */
export function transportTo(
	receiver: Exclude<Receiver, string | URL>,
): (clock: Clock) => Transport {
	const exchanger = exchangerOf(receiver);
	return (clock) => transportBy(exchanger, clock);
}

function exchangerOf(given: unknown): Exchanger {
	if (isApp(given)) return exchangeWithFetch((request) => given.fetch(request));
	if (isFastify(given))
		return exchangeWithNode(
			async (request: IncomingMessage, response: ServerResponse) => {
				await given.ready();
				given.server.emit("request", request, response);
			},
		);
	if (typeof given === "function")
		return given.length < 2
			? exchangeWithFetch(given as FetchHandler)
			: exchangeWithNode(given as NodeHandler);
	throw new LocalhookError(
		"invalid-receiver",
		`Failed to deliver to the receiver ${named(given)}: it is none. Give a URL, a function (request) => Response, ` +
			"an application with fetch (Hono, h3), a function (req, res), an Express application, or a Fastify one.",
	);
}

function isApp(given: unknown): given is FetchApp {
	return typeof (given as Partial<FetchApp> | null)?.fetch === "function";
}

function isFastify(given: unknown): given is FastifyLike {
	const { ready, server } = (given ?? {}) as Partial<FastifyLike>;
	return typeof ready === "function" && typeof server?.emit === "function";
}

function named(given: unknown): string {
	if (typeof given !== "object" || given === null) return quoted(given);
	const names = Object.keys(given);
	return `{ ${names.slice(0, 5).join(", ")}${names.length > 5 ? ", ..." : ""} }`;
}

/** Calls a Node handler; what that takes is loaded for the first delivery, since few receivers are one. */
function exchangeWithNode(handler: NodeHandler): Exchanger {
	return (request, clock, done) => {
		let broken = false;
		let breakOff: (() => void) | undefined;
		import("./node-exchange.ts").then(
			({ converse }) => {
				if (!broken) breakOff = converse(handler, request, clock, done);
			},
			({ message }: Error) => done(failed(message)),
		);
		return () => {
			broken = true;
			breakOff?.();
		};
	};
}

const signature = "(request)";

/** Calls a handler with a `Request` of the registered URL. Its signal aborts when nobody waits for the answer. */
function exchangeWithFetch(handler: FetchHandler): Exchanger {
	return abortable(async (outgoing, clock, signal, leave) => {
		const body = bodyOf(outgoing, clock, leave);
		const request = requestOf(outgoing, body, signal);
		// Keeps the `Request`: once that is collected, Node does not abort its signal any more.
		// https://github.com/nodejs/undici/issues/3644
		signal.addEventListener("abort", () => void request);
		let given: unknown;
		try {
			given = await handler(request);
		} catch (error) {
			return thrown(signature, error);
		}
		if (!isResponse(given)) {
			const what = `returned ${shown(given)}, which is no Response`;
			return misbehaviour(signature, what);
		}
		const response = await answerOf(given, signal);
		const { fault, timeout } = outgoing;
		// The receiver has done its work, and the provider never hears of it.
		if (fault?.kind === "timeout") leave(tooLate(timeout));
		return { response };
	});
}

/** Without what a URL holds beside origin, path and query, which is not sent, and a `Request` refuses. */
function requestOf(
	{ target, headers, body }: Outgoing,
	sent: ReturnType<typeof bodyOf>,
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

async function* cutBody({ sent }: Cut): AsyncGenerator<Uint8Array> {
	if (sent.length > 0) yield sent;
	throw new Error(brokeOff);
}
