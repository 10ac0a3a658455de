import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * The user's code that gets deliveries: where it listens, or the code itself, which then is called in this process
 * with no port and no network.
 *
 * Applications and servers are known by their shape. A plain function of one parameter is a Fetch handler; one of two
 * or more is a Node handler. `{ fetch }`, `{ node }` and `{ lambda }` say which it is.
 *
 * @example
 * "http://127.0.0.1:3000/hooks"
 * (request) => new Response(null, { status: 204 })
 * new Hono().post("/webhooks/prolific", verify)
 * express().post("/webhooks/prolific", express.raw({ type: "*\/*" }), verify)
 * (request) => POST(request, { params: Promise.resolve({ provider: "prolific" }) }) // a dynamic route of Next.js
 * (request) => POST({ request }) // SvelteKit, Remix
 * { lambda: handler }
 */
export type Receiver =
	| string
	| URL
	| FetchHandler
	| FetchApp
	| NodeHandler
	| NodeReceiver
	| LambdaReceiver
	| FastifyLike
	| NestLike
	| KoaLike
	| PolkaLike
	| ServerLike;

/** A route handler of the web platform. */
export type FetchHandler = (
	request: Request,
) => Response | PromiseLike<Response>;

/** Hono, h3, and whatever else answers by `fetch`: what Bun and Deno serve, a Worker. It gets the request alone. */
export interface FetchApp {
	readonly fetch: (
		request: Request,
		...more: never[]
	) => Response | PromiseLike<Response>;
}

/**
 * A listener of `node:http`; an Express or connect application is one.
 *
 * Of two signatures that differ in nothing but a type parameter, TypeScript takes neither for the parameters of
 * a function written in place, so that those of `(request) => ...` are a Fetch handler's.
 */
export interface NodeHandler {
	(request: IncomingMessage, response: ServerResponse): unknown;
	<_>(request: IncomingMessage, response: ServerResponse): unknown;
}

/** Says that a function is a listener of `node:http`, however many parameters it has. */
export interface NodeReceiver {
	node(request: IncomingMessage, response: ServerResponse): unknown;
}

/** A handler of AWS Lambda, called as API Gateway calls it. */
export interface LambdaReceiver {
	lambda(event: object, context: object, callback: LambdaCallback): unknown;
	/** The payload format version. Default: `2.0`, which HTTP APIs and function URLs send; `1.0` is that of REST APIs. */
	readonly payloadFormat?: "1.0" | "2.0";
	/** True: every body comes in base64, as where `*\/*` is a binary media type. Default: those that are no text. */
	readonly base64?: boolean;
}

export type LambdaCallback = (
	error?: Error | string | null,
	result?: unknown,
) => void;

/** A server of `node:http`, which need not listen. */
export interface ServerLike {
	emit(
		event: "request",
		request: IncomingMessage,
		response: ServerResponse,
	): boolean;
	listen(...given: never[]): unknown;
}

/** A Fastify application, which is called as its documentation shows for hosts without a port. */
export interface FastifyLike {
	ready(): PromiseLike<unknown>;
	readonly server: Pick<ServerLike, "emit">;
}

/** A Nest application, on Express or Fastify. */
export interface NestLike {
	init(): PromiseLike<unknown>;
	getHttpAdapter(): { getInstance(): unknown };
}

/** A Koa application. */
export interface KoaLike {
	readonly middleware: readonly unknown[];
	callback(): (request: IncomingMessage, response: ServerResponse) => unknown;
}

/** A Polka application. */
export interface PolkaLike {
	handler(request: IncomingMessage, response: ServerResponse): unknown;
	listen(...given: never[]): unknown;
	use(...given: never[]): unknown;
}

/** A Node handler as it is called: a middleware has a third parameter. */
export type Listener = (
	request: IncomingMessage,
	response: ServerResponse,
	next?: (error?: unknown) => void,
) => unknown;

/** Whether a receiver listens at a URL, and is not called in this process. */
export function isUrl(receiver: Receiver): receiver is string | URL {
	return typeof receiver === "string" || receiver instanceof URL;
}
