import type { IncomingMessage, ServerResponse } from "node:http";
import { LocalhookError, quoted } from "../errors.ts";

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

/** A receiver that is called in this process, as what it is. */
export type Called =
	| { readonly as: "fetch"; readonly handler: FetchHandler }
	| { readonly as: "node"; readonly handler: NodeHandler };

/** Whether a receiver listens at a URL, and is not called in this process. */
export function isUrl(receiver: Receiver): receiver is string | URL {
	return typeof receiver === "string" || receiver instanceof URL;
}

/**
 * What kind of code a receiver is.
 *
 * @throws LocalhookError `invalid-receiver` for what is none
 */
export function calledAs(receiver: Exclude<Receiver, string | URL>): Called {
	const given: unknown = receiver;
	if (isApp(given))
		return { as: "fetch", handler: (request) => given.fetch(request) };
	if (isFastify(given)) return { as: "node", handler: fastifyHandler(given) };
	if (typeof given === "function")
		return given.length < 2
			? { as: "fetch", handler: given as FetchHandler }
			: { as: "node", handler: given as NodeHandler };
	throw new LocalhookError(
		"invalid-receiver",
		`Failed to deliver to the receiver ${shown(given)}: it is none. Give a URL, a function (request) => Response, ` +
			"an application with fetch (Hono, h3), a function (req, res), an Express application, or a Fastify one.",
	);
}

function isApp(given: unknown): given is FetchApp {
	return has(given, "fetch") && typeof given.fetch === "function";
}

function isFastify(given: unknown): given is FastifyLike {
	return (
		has(given, "ready") &&
		typeof given.ready === "function" &&
		has(given, "server") &&
		has(given.server, "emit")
	);
}

function fastifyHandler(app: FastifyLike): NodeHandler {
	return async (request: IncomingMessage, response: ServerResponse) => {
		await app.ready();
		app.server.emit("request", request, response);
	};
}

function has<Name extends string>(
	given: unknown,
	name: Name,
): given is Record<Name, unknown> {
	const isObject = typeof given === "object" || typeof given === "function";
	return isObject && given !== null && name in given;
}

function shown(given: unknown): string {
	if (typeof given !== "object" || given === null) return quoted(given);
	const names = Object.keys(given);
	return `{ ${names.slice(0, 5).join(", ")}${names.length > 5 ? ", ..." : ""} }`;
}
