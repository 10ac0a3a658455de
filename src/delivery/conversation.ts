import { Readable } from "node:stream";
import type { Client, Dispatcher } from "undici";
import type { AttemptResponse } from "../contract/records.ts";
import { Answer, type Repeating } from "./answer.ts";
import type { Cancel, Clock } from "./clock.ts";
import { dribble } from "./dribble.ts";
import type { Done, Exchange, Outgoing } from "./exchange.ts";
import { RefusedAddress } from "./lookup.ts";

/** One exchange as undici tells of it. A class, since an object with seven closures for each would show. */
export class Conversation implements Dispatcher.DispatchHandler {
	readonly #answer: Answer;
	readonly #request: Outgoing;
	readonly #clock: Clock;
	readonly #done: Done;
	readonly #cancelDeadline: Cancel;
	#controller: Dispatcher.DispatchController | undefined;
	#settled = false;

	constructor(lane: Repeating, request: Outgoing, clock: Clock, done: Done) {
		this.#answer = new Answer(lane);
		this.#request = request;
		this.#clock = clock;
		this.#done = done;
		this.#cancelDeadline = clock.after(request.timeout, () => this.#expire());
	}

	begin(client: Client): void {
		const { target, headers, body, fault } = this.#request;
		const { path } = target;
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
		const refused = error instanceof RefusedAddress;
		const code = refused ? "refused-target" : "connection";
		this.#settle({ error: { code, message: reasonOf(error) } });
	}

	/** `timeout`: the receiver has done its work, and the provider never hears of it. */
	#finish(): void {
		if (this.#request.fault?.kind === "timeout") this.#expire();
		else this.#settle({ response: this.#answer.end() });
	}

	#expire(): void {
		const message = `no complete answer within ${this.#request.timeout} ms`;
		this.#settle({ error: { code: "timeout", message } });
		this.#controller?.abort(new Error("timeout"));
	}

	#settle(exchange: Exchange): void {
		if (this.#settled) return;
		this.#settled = true;
		this.#cancelDeadline();
		this.#done(exchange);
	}
}

/** An AggregateError, which a name with two addresses gives, has an empty message of its own. */
function reasonOf(error: Error): string {
	if (error instanceof AggregateError)
		return error.errors.map((each: Error) => each.message).join("; ");
	return error.message;
}
