import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AnswerReader } from "./answer-reader.ts";
import { type Cancel, type Clock, soon, turn } from "./clock.ts";
import { connectionError, HungUp } from "./connection-error.ts";
import {
	type Cut,
	cutOf,
	type Done,
	dribble,
	type Exchange,
	type Outgoing,
	stopped,
	tooLate,
} from "./exchange.ts";
import { queueMicrotask } from "./real-timers.ts";
import { isSendable } from "./receiver-headers.ts";

/** A socket, or one end of a line in memory. */
export type Line = Duplex &
	Partial<Pick<Socket, "ref" | "unref" | "setTimeout">>;

/** Opens a line; `ready` is called, and never before this returns, once it may be written to. */
export type Open = (ready: () => void) => Line;

/** Milliseconds that a new connection has to stay open after its first answer, before it is used again. */
const trial = 20;
/** Milliseconds after which a connection that nobody uses is closed, and by which that is before the receiver does. */
const longestIdle = 4000;
const ahead = 1000;

/**
 * A connection to a receiver, by HTTP/1.1. A client such as undici takes more time for each delivery, and does not tell
 * whether the receiver keeps the connection open, whether it was used before, and whether a byte of the answer has come.
 */
export class Connection {
	/** With its port, where that is not the usual one. */
	readonly host: string;
	readonly #receiver: { closesUnasked: boolean };
	readonly #open: Open;
	#line: Line | undefined;
	#conversation: Conversation | undefined;
	#stays = false;
	#idle = longestIdle;

	/** @param receiver what all connections to it know: whether it closes them after an answer, and does not say so before */
	constructor(origin: string, open: Open, receiver = { closesUnasked: false }) {
		this.host = origin.slice(origin.indexOf("//") + "//".length);
		this.#open = open;
		this.#receiver = receiver;
	}

	/** Has a conversation over its line, or over a new one. True: the line has carried a request before. */
	begin(conversation: Conversation): boolean {
		this.#conversation = conversation;
		const line = this.#line;
		if (line === undefined || line.destroyed) {
			this.#openLine();
			return false;
		}
		line.ref?.();
		conversation.write(line);
		return true;
	}

	/** The conversation is over. `patience`: how long the receiver waits for another one over the same line; absent: it does not. */
	end(patience = 0): void {
		this.#conversation = undefined;
		const line = this.#line;
		const idle = Math.min(longestIdle, patience - ahead);
		if (idle <= 0) line?.destroy();
		else line?.unref?.();
		if (idle > 0 && idle !== this.#idle) line?.setTimeout?.(idle);
		this.#idle = idle;
	}

	destroy(): void {
		const conversation = this.#conversation;
		this.end();
		conversation?.stop();
	}

	/**
	 * Calls back once it is known whether the line may be used again; false: it was known at once, and nobody is called.
	 * Some receivers close each connection after its answer without saying so, and a request on its way then is lost. To
	 * those each request goes over a new connection.
	 */
	onTrial(ended: () => void): boolean {
		const line = this.#line;
		if (line === undefined || line.destroyed || this.#stays) return false;
		if (this.#receiver.closesUnasked) {
			line.destroy();
			return false;
		}
		let isOver = false;
		const end = () => {
			if (isOver) return;
			isOver = true;
			cancel();
			line.off("close", end).off("end", note);
			this.#stays = !line.destroyed;
			ended();
		};
		const note = () => {
			this.#receiver.closesUnasked = true;
		};
		// What has arrived meanwhile is read before, however busy this process is.
		const cancel: Cancel = soon(trial, () => void turn().then(end));
		line.once("close", end).once("end", note);
		return true;
	}

	#openLine(): void {
		this.#stays = false;
		const line = this.#open(() => current()?.write(line));
		const current = () =>
			line === this.#line ? this.#conversation : undefined;
		this.#line = line;
		this.#idle = longestIdle;
		line.on("data", (chunk: Buffer) => {
			const conversation = current();
			// Nobody asked for it.
			if (conversation === undefined) line.destroy();
			else conversation.read(chunk);
		});
		line.on("end", () => {
			line.destroy();
			current()?.hangUp();
		});
		line.on("error", (error) => current()?.fail(error));
		// Where the other end was destroyed, nothing else may be told.
		line.on("close", () => current()?.hangUp());
		line.setTimeout?.(longestIdle, () => {
			if (current() === undefined) line.destroy();
		});
	}
}

/** One exchange. A class, since an object with as many closures for each would show. */
export class Conversation {
	readonly #connection: Connection;
	readonly #request: Outgoing;
	readonly #clock: Clock;
	readonly #done: Done;
	readonly #cut: Cut | undefined;
	readonly #cancelDeadline: Cancel;
	#reader = new AnswerReader();
	#reused = false;
	#reconnected = false;
	/** As much of the request as there is to be has been handed over. */
	#isWritten = false;
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
		const { headers } = this.#request;
		for (const name in headers)
			if (!isSendable(name, headers[name] as string)) {
				const reason = `its header ${JSON.stringify(name)} cannot be sent`;
				queueMicrotask(() => this.fail(new Error(reason)));
				return;
			}
		this.#reused = this.#connection.begin(this);
	}

	write(line: Line): void {
		const { body, fault } = this.#request;
		const cut = this.#cut;
		if (fault?.kind === "slow-upload") {
			line.write(this.#head(), "latin1");
			void this.#writeSlowly(line, fault.over);
			return;
		}
		line.cork();
		line.write(this.#head(), "latin1");
		if (cut === undefined) line.write(body);
		else line.write(cut.sent, () => this.#cutOff());
		line.uncork();
		this.#isWritten = cut === undefined;
	}

	read(chunk: Buffer): void {
		try {
			if (!this.#reader.read(chunk)) return;
		} catch (error) {
			this.fail(error as Error);
			return;
		}
		this.#complete();
	}

	/** The receiver has ended the connection in good order. */
	hangUp(): void {
		if (this.#reader.close()) this.#complete();
		else this.fail(new HungUp());
	}

	fail(error: Error): void {
		this.#connection.end();
		const { heard } = this.#reader;
		if (this.#mayReconnect(error, heard)) {
			this.#reconnected = true;
			this.begin();
			return;
		}
		const { href } = this.#request.target;
		const reused = this.#reused;
		this.#settle({ error: connectionError(error, href, { reused, heard }) });
	}

	stop(): void {
		this.#settle(stopped);
	}

	/** `timeout`: the receiver has done its work, and the provider never hears of it. */
	#complete(): void {
		if (this.#request.fault?.kind === "timeout") {
			this.#expire();
			return;
		}
		const { keepsAlive, patience } = this.#reader;
		this.#connection.end(this.#isWritten && keepsAlive ? patience : 0);
		this.#settle({ response: this.#reader.response() });
	}

	/**
	 * A receiver may close a connection that it has answered on while the next request is on its way; that is no fault
	 * of either: https://www.rfc-editor.org/rfc/rfc9112#section-9.3.1. A line that ends in good order is one that hangs
	 * up on the request. The new connection has not been used, so there is no third. Under a fault nothing is mended.
	 */
	#mayReconnect(error: Error, heard: boolean): boolean {
		const { code } = error as NodeJS.ErrnoException;
		return (
			this.#reused &&
			!heard &&
			this.#request.fault === undefined &&
			(code === "ECONNRESET" || code === "EPIPE")
		);
	}

	#head(): string {
		const { target, headers, body } = this.#request;
		let { host } = this.#connection;
		let fields = "";
		for (const name in headers) {
			if (/^host$/i.test(name)) host = headers[name] as string;
			else fields += `${name}: ${headers[name]}\r\n`;
		}
		return `POST ${target.path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n${fields}content-length: ${body.length}\r\n\r\n`;
	}

	async #writeSlowly(line: Line, over: number): Promise<void> {
		const { body } = this.#request;
		for await (const part of dribble(body, over, this.#clock)) {
			if (this.#settled || line.destroyed) return;
			line.write(part);
		}
		this.#isWritten = true;
	}

	#cutOff(): void {
		this.#connection.end();
		if (this.#cut !== undefined) this.#settle(this.#cut.exchange);
	}

	#expire(): void {
		this.#connection.end();
		this.#settle(tooLate(this.#request.timeout));
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
