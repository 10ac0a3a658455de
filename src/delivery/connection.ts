import { type Duplex, Readable } from "node:stream";
import type { buildConnector, Client, Dispatcher } from "undici";
import type { AttemptResponse } from "../contract/records.ts";
import { type Cancel, type Clock, soon, turn } from "./clock.ts";
import { connectionError } from "./connection-error.ts";
import {
	Answer,
	type Cut,
	cutOf,
	type Done,
	dribble,
	type Exchange,
	type Outgoing,
	tooLate,
} from "./exchange.ts";
import { queueMicrotask } from "./real-timers.ts";

/** More than any receiver has reason to send before its answer. */
const mostInterim = 100;
const longestInterim = 64 * 1024;
/** Milliseconds that a new connection has to stay open after its first answer, before it is used again. */
const trial = 20;
const headEnd = "\r\n\r\n";
const interimHead = /^HTTP\/1\.\d 1(?!01)\d\d/;
const shortestHead = "HTTP/1.1 100".length;

/**
 * A connection to a receiver, and what undici does not tell of it: whether the receiver keeps it open after an answer,
 * whether the socket was used before, and whether a byte of the answer has come. It also leaves out interim answers
 * (100, 102, 103), of which undici takes an unasked 100 for a fault: https://www.rfc-editor.org/rfc/rfc9110#section-15.2
 */
export class Connection {
	readonly client: Client;
	heard = false;
	readonly #receiver: { closesUnasked: boolean };
	#socket: Duplex | undefined;
	#isUsed = false;
	#stays = false;
	/** The final answer under way has not begun. */
	#awaited = false;
	/** The beginning of an interim answer whose end has not come. */
	#part: Buffer | undefined;
	#interim = { count: 0, bytes: 0 };

	/** @param receiver what all connections to it know: whether it closes them after an answer, and does not say so before */
	constructor(
		Undici: typeof Client,
		origin: string,
		connect: buildConnector.connector,
		receiver = { closesUnasked: false },
	) {
		this.#receiver = receiver;
		this.client = new Undici(origin, {
			headersTimeout: 0,
			bodyTimeout: 0,
			connect: (to, opened) =>
				connect(to, (...[error, socket]) => {
					if (error !== null) return opened(harmless(error), null);
					this.#watch(socket);
					opened(null, socket);
				}),
		});
	}

	/** Its socket is open and has carried a request before. */
	get isUsed(): boolean {
		return this.#socket?.destroyed === false && this.#isUsed;
	}

	/** A request is about to be sent, all of it or until it is cut. */
	beginExchange(cut: Cut | undefined): void {
		this.heard = false;
		this.#awaited = true;
		this.#part = undefined;
		this.#interim = { count: 0, bytes: 0 };
		this.#isUsed = true;
		if (cut !== undefined && this.#socket) closeAfter(this.#socket, cut.sent);
	}

	/**
	 * Calls back once it is known whether the socket may be used again; false: it was known at once, and nobody is called.
	 * Some receivers close each connection after its answer without saying so, and a request on its way then is lost. To
	 * those each request goes over a new connection.
	 */
	onTrial(ended: () => void): boolean {
		const socket = this.#socket;
		if (socket === undefined || socket.destroyed) return false;
		if (this.#receiver.closesUnasked) {
			socket.destroy();
			return false;
		}
		if (this.#stays) return false;
		let isOver = false;
		const end = () => {
			if (isOver) return;
			isOver = true;
			cancel();
			socket.off("close", end).off("end", note);
			this.#stays = !socket.destroyed;
			ended();
		};
		const note = () => {
			this.#receiver.closesUnasked = true;
		};
		// What has arrived meanwhile is read before, however busy this process is.
		const cancel = soon(trial, () => void turn().then(end));
		socket.once("close", end).once("end", note);
		return true;
	}

	/** undici reads by this method alone; an object between it and the socket would cost every byte of every answer. */
	#watch(socket: Duplex): void {
		const { read } = socket;
		this.#socket = socket;
		this.#isUsed = false;
		this.#stays = false;
		socket.read = (size?: number) => {
			for (;;) {
				const chunk: Buffer | null = read.call(socket, size);
				this.heard ||= chunk !== null;
				if (chunk === null || !this.#awaited) return chunk;
				const rest = this.#withoutInterim(chunk, socket);
				if (rest !== undefined) return rest;
			}
		};
	}

	#withoutInterim(chunk: Buffer, socket: Duplex): Buffer | undefined {
		let bytes =
			this.#part === undefined ? chunk : Buffer.concat([this.#part, chunk]);
		this.#part = undefined;
		while (mayBeInterim(bytes)) {
			const end = bytes.indexOf(headEnd);
			const length = end < 0 ? bytes.length : end + headEnd.length;
			const { count, bytes: before } = this.#interim;
			if (count >= mostInterim || before + length > longestInterim) {
				socket.destroy(new Error(tooMany));
				return undefined;
			}
			if (end < 0) {
				this.#part = bytes;
				return undefined;
			}
			this.#interim = { count: count + 1, bytes: before + length };
			bytes = bytes.subarray(length);
			if (bytes.length === 0) return undefined;
		}
		this.#awaited = false;
		return bytes;
	}
}

/** After an error of this code, undici 7 takes no more requests for this connection. */
function harmless(error: NodeJS.ErrnoException): Error {
	return error.code === "ERR_TLS_CERT_ALTNAME_INVALID"
		? new Error(error.message, { cause: error })
		: error;
}

const tooMany = `the receiver sent more than ${mostInterim} interim answers (1xx) or ${longestInterim / 1024} KiB of them, and no final one`;

/** True too for a head of which so little has come that nobody knows. */
function mayBeInterim(bytes: Buffer): boolean {
	if (bytes.length >= shortestHead && bytes[9] !== 0x31) return false;
	const start = bytes.toString("latin1", 0, shortestHead);
	return bytes.length < shortestHead
		? "HTTP/1.1 1".startsWith(start.slice(0, 10).replace("/1.0", "/1.1"))
		: interimHead.test(start);
}

/** What undici writes first is the whole head. Then comes a part of the body, and nothing of what undici writes after. */
function closeAfter(socket: Duplex, part: Uint8Array): void {
	const write: Duplex["write"] = socket.write.bind(socket);
	socket.write = (head: string) => {
		socket.write = () => true;
		write(head, "latin1");
		return write(part, () => socket.destroy());
	};
}

/** One exchange as undici tells of it. A class, since an object with seven closures for each would show. */
export class Conversation implements Dispatcher.DispatchHandler {
	readonly #connection: Connection;
	readonly #request: Outgoing;
	readonly #clock: Clock;
	readonly #done: Done;
	readonly #answer = new Answer();
	readonly #cut: Cut | undefined;
	readonly #cancelDeadline: Cancel;
	#controller: Dispatcher.DispatchController | undefined;
	#reused = false;
	#sent = false;
	#reconnected = false;
	#settled = false;

	constructor(
		connection: Connection,
		request: Outgoing,
		clock: Clock,
		done: Done,
	) {
		this.#connection = connection;
		this.#request = request;
		this.#clock = clock;
		this.#done = done;
		this.#cut = cutOf(request);
		this.#cancelDeadline = clock.after(request.timeout, () => this.#expire());
	}

	begin(): void {
		const { target, method = "POST", headers, body, fault } = this.#request;
		const { path } = target;
		const request = { path, method, headers, body };
		const slow = fault?.kind === "slow-upload" && {
			headers: { ...headers, "content-length": String(body.length) },
			body: Readable.from(dribble(body, fault.over, this.#clock)),
		};
		this.#reused = this.#connection.isUsed;
		this.#connection.client.dispatch({ ...request, ...slow }, this);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		this.#reused = this.#connection.isUsed;
		this.#sent = true;
		this.#connection.beginExchange(this.#cut);
		// The connection came after the deadline: what was reported as not answered is not sent.
		if (this.#settled) controller.abort(new Error("timeout"));
	}

	onResponseStart(_: unknown, status: number, headers: object): void {
		this.#answer.status = status;
		this.#answer.headers = headers as AttemptResponse["headers"];
	}

	onResponseData(_: unknown, chunk: Uint8Array): void {
		if (this.#answer.add(chunk)) return;
		this.onResponseEnd();
		this.#controller?.abort(new Error("the answer is too long"));
	}

	/** `timeout`: the receiver has done its work, and the provider never hears of it. */
	onResponseEnd(): void {
		if (this.#request.fault?.kind === "timeout") this.#expire();
		else this.#settle({ response: this.#answer.end() });
	}

	onResponseError(_: unknown, error: Error): void {
		const heard = this.#sent && this.#connection.heard;
		if (this.#mayReconnect(error, heard)) {
			this.#reconnected = this.#sent;
			// undici takes no request while it tells of an error.
			queueMicrotask(() => this.begin());
			return;
		}
		const { href } = this.#request.target;
		const reused = this.#reused;
		this.#settle(
			(this.#sent && this.#cut?.exchange) || {
				error: connectionError(error, href, { reused, heard }),
			},
		);
	}

	/**
	 * A receiver may close a connection that it has answered on while the next request is on its way; that is no fault
	 * of either: https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1. A socket that ends in good order is one that hangs
	 * up on the request. The new connection has not been used, so there is no third. Under a fault nothing is mended, but
	 * what was not sent can always be sent.
	 */
	#mayReconnect(error: Error, heard: boolean): boolean {
		const { code } = error as NodeJS.ErrnoException;
		return (
			this.#reused &&
			!this.#settled &&
			(!this.#sent || (this.#request.fault === undefined && !heard)) &&
			(code === "ECONNRESET" || code === "EPIPE")
		);
	}

	#expire(): void {
		this.#settle(tooLate(this.#request.timeout));
		this.#controller?.abort(new Error("timeout"));
	}

	#settle(exchange: Exchange): void {
		if (this.#settled) return;
		this.#settled = true;
		this.#cancelDeadline();
		this.#done(
			this.#reconnected ? { ...exchange, reconnected: true } : exchange,
		);
	}
}
