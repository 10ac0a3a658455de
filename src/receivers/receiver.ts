import type { IncomingMessage, ServerResponse } from "node:http";
import { type Exchange, failed } from "../delivery/exchange.ts";

/**
 * The user's code that gets deliveries: where it listens, or the code itself, which then is called in this process
 * with no port and no network.
 *
 * A function of one parameter is a Fetch handler; one of two or more is a Node handler.
 *
 * @example
 * "http://127.0.0.1:3000/hooks"
 * (request) => new Response(null, { status: 204 })
 * new Hono().post("/webhooks/prolific", verify)
 * express().post("/webhooks/prolific", express.raw({ type: "*\/*" }), verify)
 */
export type Receiver =
	| string
	| URL
	| FetchHandler
	| FetchApp
	| NodeHandler
	| FastifyLike;

/** A route handler of the web platform. */
export type FetchHandler = (
	request: Request,
) => Response | PromiseLike<Response>;

/** Hono, h3, and whatever else answers by `fetch`. */
export interface FetchApp {
	readonly fetch: FetchHandler;
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

/** A Fastify application, which is called as its documentation shows for hosts without a port. */
export interface FastifyLike {
	ready(): PromiseLike<unknown>;
	readonly server: {
		emit(
			event: "request",
			request: IncomingMessage,
			response: ServerResponse,
		): boolean;
	};
}

/** Whether a receiver listens at a URL, and is not called in this process. */
export function isUrl(receiver: Receiver): receiver is string | URL {
	return typeof receiver === "string" || receiver instanceof URL;
}

/** What the receiver did in place of answering, in one line that says how it was called: that may be the mistake. */
export function misbehaviour(signature: string, what: string) {
	return failed(`the receiver, called as ${signature}, ${what}`);
}

/** The error that the receiver threw, where it did, and the error itself as the cause. */
export function thrown(signature: string, cause: unknown): Exchange {
	const what = cause instanceof Error ? String(cause) : shown(cause);
	const place = placeOf(cause);
	const exchange = misbehaviour(
		signature,
		`threw ${what}${place === undefined ? "" : ` at ${place}`}`,
	);
	Object.defineProperty(exchange.error, "cause", { value: cause });
	return exchange;
}

/** The first line of an error's stack that is the user's own: not of Node, and of no package. */
function placeOf(error: unknown): string | undefined {
	if (!(error instanceof Error)) return undefined;
	return String(error.stack)
		.split("\n")
		.filter((line) => !/\(?node:|[\\/]node_modules[\\/]/.test(line))
		.map((line) =>
			/^ +at .*?((?:file:|[a-z]:)?[\\/].*:\d+:\d+)\)?$/i.exec(line),
		)
		.find((found) => found !== null)?.[1]
		?.replace(/^file:\/\//, "");
}

export function shown(value: unknown): string {
	if (value === undefined) return "nothing";
	if (typeof value === "string") return JSON.stringify(value.slice(0, 100));
	if (typeof value === "object" && value !== null)
		return `an object of ${value.constructor?.name ?? "no class"}`;
	return String(value);
}
