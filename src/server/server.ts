import {
	createServer,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from "node:http";
import type { Duplex } from "node:stream";
import {
	type Engine,
	type EngineReply,
	problemReply,
} from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { readBody } from "./body.ts";
import { listen, listenOnLoopback } from "./listen.ts";
import {
	isRepaired,
	type ParseError,
	retryInUpperCase,
} from "./lower-case-method.ts";
import { writeProblem, writeReply } from "./reply.ts";
import { createTargetReader, type RequestTarget } from "./request-target.ts";
import type { UserHandlers } from "./user-handlers.ts";

export interface ServerOptions {
	readonly engine: Engine;
	/** Default: 4600. 0 picks a free one. */
	readonly port?: number;
	/** Default: both loopback addresses. */
	readonly host?: string | undefined;
	/** Names the server answers to beside loopback and the providers' own. */
	readonly allowHosts?: readonly string[];
	/** The user's own msw handlers, asked before the built-in ones. */
	readonly handlers?: UserHandlers | undefined;
}

export interface RunningServer {
	/** `http://127.0.0.1:4600`, without a slash at the end. */
	readonly url: string;
	readonly port: number;
	close(): Promise<void>;
}

/** Bytes a provider's API takes; far above any webhook call. */
const bodyLimit = 10 * 1024 * 1024;

/**
 * Serves an engine over HTTP. Provider calls take the shortest road; everything else goes to the application,
 * which is loaded for the first request that needs it.
 *
 * @throws LocalhookError `port-in-use`
 * @example
 * const server = await startServer({ engine, port: 0 })
 */
export async function startServer(
	options: ServerOptions,
): Promise<RunningServer> {
	const { engine, handlers } = options;
	const targets = createTargetReader(engine, [
		...(options.allowHosts ?? []),
		...(options.host ? [options.host] : []),
	]);
	let application:
		| Promise<(request: IncomingMessage, response: ServerResponse) => void>
		| undefined;
	let url = "";

	function onRequest(request: IncomingMessage, response: ServerResponse): void {
		if (isRepaired(request.socket)) response.setHeader("connection", "close");
		let target: RequestTarget;
		try {
			target = targets.read(request.url as string, request.headers.host);
		} catch (error) {
			request.resume();
			writeProblem(response, error);
			return;
		}
		if (target.provider === undefined) void toApplication(request, response);
		else void toProvider(target.provider, target, request, response);
	}

	async function toProvider(
		provider: string,
		{ path, query }: RequestTarget,
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		try {
			const { headers } = request;
			const method = request.method as string;
			const body = await readBody(request, bodyLimit);
			const asked = { provider, method, path, query, headers, body };
			if (handlers !== undefined && (await handlers.answer(asked, response)))
				return;
			const reply = await engine.handle(asked);
			if (!engine.owesEvents(reply)) writeReply(response, reply);
			else writeReply(response, reply, () => publish(reply));
		} catch (error) {
			writeProblem(response, error);
		}
	}

	/** The reply is out, so what goes wrong now has nobody to be answered; it must not end the process either. */
	function publish(reply: EngineReply): void {
		engine.sent(reply).catch((error: Error) => {
			process.emitWarning(`Failed to publish an event: ${error.message}`);
		});
	}

	async function toApplication(
		request: IncomingMessage,
		response: ServerResponse,
	): Promise<void> {
		try {
			application ??= import("./application.ts").then((module) =>
				module.createApplication(engine, url),
			);
			(await application)(request, response);
		} catch (error) {
			writeProblem(response, error);
		}
	}

	function create(): Server {
		const server = createServer(
			{ requireHostHeader: false, noDelay: true },
			onRequest,
		);
		server.on("clientError", (error: ParseError, socket: Duplex) => {
			if (!retryInUpperCase(server, error, socket))
				refuseUnparsable(error, socket);
		});
		server.on("connect", (_, socket) =>
			refuseUnparsable(new Error("CONNECT is for proxies"), socket),
		);
		server.on("checkExpectation", (request, response) => {
			request.resume();
			writeProblem(
				response,
				new LocalhookError(
					"malformed-request",
					"Failed to read the request: its Expect header is not supported.",
				),
			);
		});
		return server;
	}

	const servers =
		options.host === undefined ? [create(), create()] : [create()];
	const [first, second] = servers as [Server, Server?];
	const wanted = options.port ?? 4600;
	const port =
		second === undefined
			? await listen(first, wanted, options.host as string)
			: await listenOnLoopback(first, second, wanted);
	const host = options.host ?? "127.0.0.1";
	url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
	return {
		url,
		port,
		async close() {
			await Promise.all(
				servers.map((server) => {
					const closed = new Promise<void>((resolve) =>
						server.close(() => resolve()),
					);
					server.closeAllConnections();
					return closed;
				}),
			);
		},
	};
}

/** There is no response object for what was not a request, so the answer is written by hand. */
function refuseUnparsable(error: ParseError, socket: Duplex): void {
	if (!socket.writable) {
		socket.destroy();
		return;
	}
	const [status, reason] =
		error.code === "HPE_HEADER_OVERFLOW"
			? ["431 Request Header Fields Too Large", "its headers are too large"]
			: error.code === "ERR_HTTP_REQUEST_TIMEOUT"
				? ["408 Request Timeout", "it took too long to arrive"]
				: [
						"400 Bad Request",
						`it is not HTTP that can be parsed (${error.message})`,
					];
	const { body } = problemReply(
		new LocalhookError(
			"malformed-request",
			`Failed to read the request: ${reason}.`,
		),
	);
	socket.end(
		`HTTP/1.1 ${status}\r\nContent-Type: application/problem+json\r\n` +
			`Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
	);
}
