import type { Duplex } from "node:stream";
import type { buildConnector, Client } from "undici";
import { soon, turn } from "./clock.ts";
import type { Cut } from "./exchange.ts";

/** Milliseconds that a new connection has to stay open after its first answer, before it is used again. */
const trial = 20;
const unaskedContinue = /^HTTP\/1\.\d 100.*?\r\n\r\n/s;

/**
 * A connection to a receiver, and what undici does not tell of it: whether the receiver keeps it open after an answer,
 * whether the socket was used before, and whether a byte of the answer has come. It also leaves out an unasked 100, which
 * undici takes for a fault: https://www.rfc-editor.org/rfc/rfc9110#section-15.2
 */
export class Connection {
	readonly client: Client;
	heard = false;
	readonly #receiver: { closesUnasked: boolean };
	#opening: Duplex | undefined;
	#socket: Duplex | undefined;
	#isUsed = false;
	#stays = false;
	/** The final answer under way has not begun. */
	#awaited = false;

	/** @param receiver what all connections to it know: whether it closes them after an answer, and does not say so before */
	constructor(
		Undici: typeof Client,
		origin: string,
		connect: (...to: Parameters<buildConnector.connector>) => Duplex,
		receiver = { closesUnasked: false },
	) {
		this.#receiver = receiver;
		this.client = new Undici(origin, {
			headersTimeout: 0,
			bodyTimeout: 0,
			connect: (to, opened) => {
				this.#opening = connect(to, (...[error, socket]) => {
					if (error !== null) return opened(harmless(error), null);
					this.#watch(socket);
					opened(null, socket);
				});
			},
		});
	}

	get isUsed(): boolean {
		return this.#socket?.destroyed === false && this.#isUsed;
	}

	/** Ends an attempt to connect: the request that waits for it fails, and the next one connects anew. */
	giveUp(): void {
		this.#opening?.destroy(new Error("could not connect in time"));
	}

	/** A request is about to be sent, all of it or until it is cut. */
	beginExchange(cut: Cut | undefined): void {
		this.heard = false;
		this.#awaited = true;
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
				const rest = withoutContinue(chunk);
				this.#awaited = rest.length === 0;
				if (!this.#awaited) return rest;
			}
		};
	}
}

/** After an error of this code, undici 7 takes no more requests for this connection. */
function harmless(error: NodeJS.ErrnoException): Error {
	return error.code === "ERR_TLS_CERT_ALTNAME_INVALID"
		? new Error(error.message, { cause: error })
		: error;
}

/** Of what comes in one piece, as nearly every receiver sends it. */
function withoutContinue(bytes: Buffer): Buffer {
	if (bytes[9] !== 0x31) return bytes;
	const [head] = unaskedContinue.exec(bytes.toString("latin1")) ?? [""];
	return bytes.subarray(head.length);
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
