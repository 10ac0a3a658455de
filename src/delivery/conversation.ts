import { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import type { AttemptResponse } from "../contract/records.ts";
import { Answer, type Repeating } from "./answer.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Connection } from "./connection.ts";
import { connectionError } from "./connection-error.ts";
import { dribble } from "./dribble.ts";
import {
	type Done,
	type Exchange,
	type Outgoing,
	tooLate,
} from "./exchange.ts";
import { queueMicrotask } from "./real-timers.ts";

/** One exchange as undici tells of it. A class, since an object with seven closures for each would show. */
export class Conversation implements Dispatcher.DispatchHandler {
	readonly #answer: Answer;
	readonly #request: Outgoing;
	readonly #clock: Clock;
	readonly #done: Done;
	readonly #cancelDeadline: Cancel;
	readonly #connection: Connection;
	#controller: Dispatcher.DispatchController | undefined;
	/** The request goes over a socket that was used before. */
	#reused = false;
	/** It went out, once at least. */
	#sent = false;
	#reconnected = false;
	#settled = false;

	constructor(
		connection: Connection,
		lane: Repeating,
		request: Outgoing,
		clock: Clock,
		done: Done,
	) {
		this.#connection = connection;
		this.#answer = new Answer(lane);
		this.#request = request;
		this.#clock = clock;
		this.#done = done;
		this.#cancelDeadline = clock.after(request.timeout, () => this.#expire());
	}

	begin(): void {
		const { client } = this.#connection;
		const { target, headers, body, fault } = this.#request;
		const { path } = target;
		this.#reused = this.#connection.isUsed;
		if (fault?.kind !== "slow-upload") {
			client.dispatch({ path, method: "POST", headers, body }, this);
			return;
		}
		const length = { "content-length": String(body.length) };
		client.dispatch(
			{
				path,
				method: "POST",
				headers: { ...headers, ...length },
				body: Readable.from(dribble(body, fault.over, this.#clock)),
			},
			this,
		);
	}

	onRequestStart(controller: Dispatcher.DispatchController): void {
		this.#controller = controller;
		this.#reused = this.#connection.isUsed;
		this.#sent = true;
		this.#connection.beginExchange();
		// The connection came after the deadline: what was reported as not answered is not sent.
		if (this.#settled) controller.abort(new Error("timeout"));
	}

	onResponseStart(_: unknown, status: number, headers: object): void {
		this.#answer.begin(status, headers as AttemptResponse["headers"]);
	}

	onResponseData(
		controller: Dispatcher.DispatchController,
		chunk: Uint8Array,
	): void {
		if (this.#answer.add(chunk)) return;
		this.#finish();
		controller.abort(new Error("the answer is too long"));
	}

	onResponseEnd(): void {
		this.#finish();
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
		this.#settle({ error: connectionError(error, href, { reused, heard }) });
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

	/** `timeout`: the receiver has done its work, and the provider never hears of it. */
	#finish(): void {
		if (this.#request.fault?.kind === "timeout") this.#expire();
		else this.#settle({ response: this.#answer.end() });
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
