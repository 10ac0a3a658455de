import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type Server,
	STATUS_CODES,
} from "node:http";
import type { Duplex } from "node:stream";
import { problemReply } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";
import { createGate, type Limits } from "./limits.ts";
import { type ParseError, retryInUpperCase } from "./lower-case-method.ts";
import { writeProblem } from "./reply.ts";

export interface HttpServer {
	readonly server: Server;
	/** Ends every connection, whatever it is doing. */
	close(): Promise<void>;
}

/** An HTTP server that answers what is not HTTP too, and waits for nobody for long. */
export function createHttpServer(
	onRequest: RequestListener,
	limits: Limits,
): HttpServer {
	const server = createServer({
		requireHostHeader: false,
		noDelay: true,
		headersTimeout: limits.headerTime,
		requestTimeout: limits.requestTime,
		connectionsCheckingInterval: Math.min(limits.headerTime / 2, 5000),
	});
	server.on("request", oneAtATime(limits.requests, onRequest));
	// Above this number Node drops headers without a word, which could be those that a guard looks at.
	server.maxHeadersCount = 0;
	server.maxConnections = limits.connections;
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
	// Node forgets a connection that turned out not to speak HTTP, and would wait for its end forever.
	const sockets = new Set<Duplex>();
	server.on("connection", (socket: Duplex) => {
		sockets.add(socket);
		socket.once("close", () => sockets.delete(socket));
	});
	return {
		server,
		close() {
			const closed = new Promise<void>((resolve) =>
				server.close(() => resolve()),
			);
			for (const socket of sockets) socket.destroy();
			return closed;
		},
	};
}

/** There is no response object for what was not a request, so the answer is written by hand. */
function refuseUnparsable(error: ParseError, socket: Duplex): void {
	if (!socket.writable) {
		socket.destroy();
		return;
	}
	const { status, body } = problemReply(explain(error));
	socket.end(
		`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
			`Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
	);
	// A client that keeps its end open all the same is cut off, but not before it can have read the answer.
	if ("setTimeout" in socket && typeof socket.setTimeout === "function")
		socket.setTimeout(1000, () => socket.destroy());
}

function explain(error: ParseError): LocalhookError {
	if (error.code === "HPE_HEADER_OVERFLOW")
		return new LocalhookError(
			"headers-too-large",
			"Failed to read the request: its first line and headers are larger than 16 KiB. Send less.",
		);
	if (error.code === "ERR_HTTP_REQUEST_TIMEOUT")
		return new LocalhookError(
			"request-timeout",
			"Failed to read the request: it took too long to arrive.",
		);
	return new LocalhookError(
		"malformed-request",
		`Failed to read the request: it is not HTTP that can be parsed (${error.message}).`,
	);
}

/**
 * Handles one request of a connection at a time. Those that came along behind it wait for their turn, so that they take
 * up nothing, and have not answered anything yet.
 *
 * Node stops reading from a connection with answers that wait, or with a body that nobody reads, and does not hear then
 * that the client has gone. So a connection is closed when more wait than may, or one with a body that does not fit.
 *
 * @param most requests that wait, of all connections together
 */
function oneAtATime(most: number, onRequest: RequestListener): RequestListener {
	const waiting = createGate(most);

	return (request, response) => {
		// A response has the connection only while it is its turn.
		if (response.socket !== null) return onRequest(request, response);
		const { socket } = request;
		if (socket.destroyed) return;
		if (!fits(request) || !waiting.enter()) {
			socket.destroy();
			return;
		}
		request.once("close", waiting.leave);
		response.once("socket", () => {
			request.off("close", waiting.leave);
			waiting.leave();
			onRequest(request, response);
		});
	};
}

/** Whether all of a body is kept until somebody reads it. */
function fits({ headers, readableHighWaterMark }: IncomingMessage): boolean {
	const length = Number(headers["content-length"] ?? 0);
	return (
		headers["transfer-encoding"] === undefined && length < readableHighWaterMark
	);
}
