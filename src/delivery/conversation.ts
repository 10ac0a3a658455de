import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { AttemptResponse } from "../contract/records.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { connectionError } from "./connection-error.ts";
import {
	Answer,
	type Cut,
	cutOf,
	type Done,
	dribble,
	type Exchange,
	notConnected,
	type Outgoing,
	tooLate,
} from "./exchange.ts";
import { queueMicrotask } from "./real-timers.ts";

/** One exchange as undici tells of it. A class, since an object with seven closures for each would show. */
export class Conversation implements Dispatcher.DispatchHandler {
	readonly #connection: Connection;
	readonly #request: Outgoing;
	readonly #clock: Clock;
	readonly #done: Done;
	readonly #answer = new Answer();
	readonly #cut: Cut | undefined;
	readonly #cancelDeadline: Cancel;
	#cancelConnect: Cancel | undefined;
	/** How long there was for the connection, once that is over. */
	#notConnected: number | undefined;
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
		const { receiver, method = "POST", headers, body } = this.#request;
		const { connectTimeout, fault } = this.#request;
		const { path } = receiver;
		const request = { path, method, headers, body };
		const slow = fault?.kind === "slow-upload" && {
			headers: { ...headers, "content-length": String(body.length) },
			body: Readable.from(dribble(body, fault.over, this.#clock)),
		};
		this.#reused = this.#connection.isUsed;
		this.#sent = false;
		if (connectTimeout !== undefined && !this.#reused)
			this.#cancelConnect = this.#clock.after(connectTimeout, () =>
				this.#giveUp(connectTimeout),
			);
		this.#connection.client.dispatch({ ...request, ...slow }, this);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		this.#cancelConnect?.();
		this.#reused = this.#connection.isUsed;
		this.#sent = true;
		this.#connection.beginExchange(this.#cut);
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
		const { href } = this.#request.receiver;
		const reused = this.#reused;
		this.#settle(
			(this.#notConnected !== undefined && notConnected(this.#notConnected)) ||
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

	/** Its end is told by undici: until then, what is sent over this connection would fail too. */
	#giveUp(within: number): void {
		this.#notConnected = within;
		this.#connection.giveUp();
	}

	#expire(): void {
		const { timeout } = this.#request;
		if (!this.#sent) {
			this.#giveUp(timeout);
			return;
		}
		this.#settle(tooLate(timeout));
		this.#controller?.abort(new Error("timeout"));
	}

	#settle(exchange: Exchange): void {
		if (this.#settled) return;
		this.#settled = true;
		this.#cancelDeadline();
		this.#cancelConnect?.();
		this.#done(
			this.#reconnected ? { ...exchange, reconnected: true } : exchange,
		);
	}
}
