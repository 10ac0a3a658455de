import {
	createServer,
	type IncomingMessage,
	type RequestListener,
	type Server,
	type ServerResponse,
	STATUS_CODES,
} from "node:http";
import type { Socket } from "node:net";
import { type Duplex, duplexPair } from "node:stream";
import { type EngineReply, problemReply } from "../engine/engine.ts";
import { LocalhookError } from "../errors.ts";

/**
 * How much a server takes on: far above what a team's tests do, far below what would hurt a laptop. Times are
 * milliseconds, from the first byte to the last one.
 */
export const defaultLimits = {
	connections: 2048,
	/** In progress at once. */
	requests: 512,
	/** Bytes of request bodies held at once, those of small ones aside. */
	bodies: 64 * 1024 * 1024,
	/** Lines of one request. Together with its first line they have 16 KiB, which is Node's own limit. */
	headers: 200,
	headerTime: 10_000,
	requestTime: 60_000,
};

export type Limits = typeof defaultLimits;

/** An HTTP server that answers what is not HTTP too, and waits for nobody for long. */
export function createHttpServer(onRequest: RequestListener, limits: Limits) {
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
	server.on("clientError", (error: ParseError, socket) => {
		if (!retryInUpperCase(server, error, socket))
			refuseUnparsable(error, socket);
	});
	server.on("connect", (_, socket) =>
		refuseUnparsable(new Error("CONNECT is for proxies"), socket),
	);
	server.on("checkExpectation", (request, response) => {
		request.resume();
		writeProblem(response, malformed("its Expect header is not supported"));
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

export function writeReply(
	response: ServerResponse,
	{ status, headers, body, cut }: EngineReply,
	done?: () => void,
): void {
	if (cut) {
		response.destroy();
		done?.();
		return;
	}
	const bodiless = status === 204 || status === 304;
	const length = Buffer.byteLength(body);
	// What is spread comes last, and is one: spreading anything more takes ten times as long.
	response.writeHead(
		status,
		bodiless ? headers : { "content-length": length, ...headers },
	);
	response.end(body, done);
}

export function writeProblem(response: ServerResponse, error: unknown): void {
	if (response.headersSent) response.destroy();
	else writeReply(response, problemReply(error));
}

interface ParseError extends Error {
	readonly code?: string;
	readonly rawPacket?: Buffer;
}

/** There is no response object for what was not a request, so the answer is written by hand. */
function refuseUnparsable(error: ParseError, socket: Duplex): void {
	if (!socket.writable) return void socket.destroy();
	const { status, body } = problemReply(explain(error));
	socket.end(
		`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
			`Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
	);
	// A client that keeps its end open all the same is cut off, but not before it can have read the answer.
	if ("setTimeout" in socket && typeof socket.setTimeout === "function")
		socket.setTimeout(1000, () => socket.destroy());
}

function explain({ code, message }: ParseError): LocalhookError {
	if (code === "HPE_HEADER_OVERFLOW")
		return new LocalhookError(
			"headers-too-large",
			"Failed to read the request: its first line and headers are larger than 16 KiB. Send less.",
		);
	if (code === "ERR_HTTP_REQUEST_TIMEOUT")
		return new LocalhookError(
			"request-timeout",
			"Failed to read the request: it took too long to arrive.",
		);
	return malformed(`it is not HTTP that can be parsed (${message})`);
}

export function badlyEncoded(path: string): LocalhookError {
	return malformed(
		`its path is not percent-encoded UTF-8 (${path}). Encode it anew`,
	);
}

export function malformed(reason: string): LocalhookError {
	return new LocalhookError(
		"malformed-request",
		`Failed to read the request: ${reason}.`,
	);
}

/** Connections that another one has taken the place of, and those others, each with its first bytes corrected. */
const replaced = new WeakSet<Duplex>();
const repaired = new WeakSet<Duplex>();

/**
 * Gives a request with a lower-case method a second chance: Node's parser refuses it, yet fetch sends one for
 * `fetch(url, { method: "patch" })`, and Spritz Finance's own client does just that
 * (https://github.com/spritz-finance/api-client). The connection is parsed anew with the method in upper case.
 */
function retryInUpperCase(
	server: Server,
	{ code, rawPacket }: ParseError,
	socket: Duplex,
): boolean {
	// The parser that gave up never hears of the end of the request, and would take it for late.
	if (code === "ERR_HTTP_REQUEST_TIMEOUT" && replaced.has(socket)) return true;
	if (code !== "HPE_INVALID_METHOD" || repaired.has(socket)) return false;
	const start = rawPacket?.toString("latin1", 0, 11) ?? "";
	const [method = ""] = /^[A-Za-z]{1,10}(?= )/.exec(start) ?? [];
	if (rawPacket === undefined || method === method.toUpperCase()) return false;
	const [fresh, other] = duplexPair();
	replaced.add(socket);
	repaired.add(fresh);
	socket.removeAllListeners("data");
	socket.removeAllListeners("end");
	other.write(method.toUpperCase());
	other.write(rawPacket.subarray(method.length));
	socket.pipe(other).pipe(socket);
	socket.once("close", () => fresh.destroy());
	fresh.once("close", () => (socket as Socket).destroySoon());
	server.emit("connection", fresh);
	return true;
}

export function createGate(most: number) {
	let inside = 0;
	return {
		/** False: there are as many as may be, and nothing was counted. */
		enter() {
			if (inside >= most) return false;
			inside++;
			return true;
		},
		leave() {
			inside--;
		},
	};
}

/**
 * Handles one request of a connection at a time. Those that came along behind it wait for their turn, so that they take
 * up nothing, and have not answered anything yet.
 *
 * Node stops reading from a connection with answers that wait, or with a body that nobody reads, and does not hear then
 * that the client has gone. So a connection is closed when more wait than may, or one with a body that does not fit.
 */
function oneAtATime(most: number, onRequest: RequestListener): RequestListener {
	const waiting = createGate(most);

	return (request, response) => {
		const { socket } = request;
		// It serves one request, since the next may need repair too.
		if (repaired.has(socket)) response.setHeader("connection", "close");
		// A response has the connection only while it is its turn.
		if (response.socket !== null) return onRequest(request, response);
		if (socket.destroyed) return;
		if (!fits(request) || !waiting.enter()) return void socket.destroy();
		request.once("close", waiting.leave);
		response.once("socket", () => {
			request.off("close", waiting.leave);
			waiting.leave();
			onRequest(request, response);
		});
	};
}

function fits({ headers, readableHighWaterMark }: IncomingMessage): boolean {
	const length = Number(headers["content-length"] ?? 0);
	return (
		headers["transfer-encoding"] === undefined && length < readableHighWaterMark
	);
}
