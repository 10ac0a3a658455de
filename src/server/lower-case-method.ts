import type { Server } from "node:http";
import { Duplex } from "node:stream";

/** What Node says of a request it cannot parse. */
export interface ParseError extends Error {
	readonly code?: string;
	readonly rawPacket?: Buffer;
}

/**
 * Gives a request with a lower-case method a second chance: Node's parser refuses it, yet fetch sends one for
 * `fetch(url, { method: "patch" })`, and Spritz Finance's own client does just that
 * (https://github.com/spritz-finance/api-client). The connection is parsed anew with the method in upper case.
 *
 * @returns whether the connection goes on; false: the request is broken in some other way.
 */
export function retryInUpperCase(
	server: Server,
	error: ParseError,
	socket: Duplex,
): boolean {
	// The parser that gave up never hears of the end of the request, and would take it for late.
	if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && replaced.has(socket))
		return true;
	const packet = error.rawPacket;
	if (
		error.code !== "HPE_INVALID_METHOD" ||
		packet === undefined ||
		socket instanceof Repaired
	)
		return false;
	const line = /^([A-Za-z]{1,10}) [^\r\n]*/.exec(
		packet.subarray(0, 8192).toString("latin1"),
	);
	const method = line?.[1];
	if (method === undefined || method === method.toUpperCase()) return false;
	const repaired = Buffer.concat([
		Buffer.from(method.toUpperCase(), "latin1"),
		packet.subarray(method.length),
	]);
	replaced.add(socket);
	server.emit("connection", new Repaired(socket, repaired));
	return true;
}

/** Connections that a {@link Repaired} one has taken the place of. */
const replaced = new WeakSet<Duplex>();

/** Whether a connection is one that was repaired: it serves one request, since the next may need repair too. */
export function isRepaired(socket: unknown): boolean {
	return socket instanceof Repaired;
}

/** A connection whose first bytes were corrected. */
class Repaired extends Duplex {
	readonly #socket: Duplex;

	constructor(socket: Duplex, first: Buffer) {
		super();
		this.#socket = socket;
		socket.removeAllListeners("data");
		socket.removeAllListeners("end");
		this.push(first);
		socket.on("data", (chunk) => this.push(chunk) || socket.pause());
		socket.on("end", () => this.push(null));
		socket.on("close", () => this.destroy());
		socket.on("error", () => this.destroy());
		socket.resume();
	}
	override _read(): void {
		this.#socket.resume();
	}
	override _write(
		chunk: Buffer,
		encoding: BufferEncoding,
		callback: (error?: Error | null) => void,
	): void {
		this.#socket.write(chunk, encoding, callback);
	}
	override _final(callback: () => void): void {
		this.#socket.end(callback);
	}
	override _destroy(
		error: Error | null,
		callback: (error: Error | null) => void,
	): void {
		this.#socket.destroy();
		callback(error);
	}
	/** The HTTP server sets timeouts on what it takes for a socket. */
	setTimeout(): this {
		return this;
	}
}
