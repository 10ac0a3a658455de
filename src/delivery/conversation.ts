import { Readable } from "node:stream";
import type { Client, Dispatcher } from "undici";
import type { AttemptResponse } from "../contract/records.ts";
import type { Cancel, Clock } from "./clock.ts";
import { dribble } from "./cut.ts";
import type { Done, Exchange, Outgoing } from "./exchange.ts";
import { RefusedAddress } from "./lookup.ts";

/** How much of an answer is kept, and how much is read at all. */
const kept = 64 * 1024;
const read = 1024 * 1024;
const empty = new Uint8Array(0);

/** Receivers repeat themselves, and thousands of answers are kept. */
export interface Repeating {
	lastAnswer: AttemptResponse;
}

/** One exchange as undici tells of it. A class, since an object with seven closures for each would show. */
export class Conversation implements Dispatcher.DispatchHandler {
	readonly #lane: Repeating;
	readonly #request: Outgoing;
	readonly #clock: Clock;
	readonly #done: Done;
	readonly #cancelDeadline: Cancel;
	#controller: Dispatcher.DispatchController | undefined;
	#settled = false;
	#status = 0;
	#headers: AttemptResponse["headers"] = {};
	readonly #chunks: Uint8Array[] = [];
	#size = 0;

	constructor(lane: Repeating, request: Outgoing, clock: Clock, done: Done) {
		this.#lane = lane;
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
		this.#status = status;
		this.#headers = headers as AttemptResponse["headers"];
	}

	onResponseData(
		controller: Dispatcher.DispatchController,
		chunk: Uint8Array,
	): void {
		if (this.#size < kept) this.#chunks.push(chunk);
		this.#size += chunk.length;
		if (this.#size > read) {
			this.#finish();
			controller.abort(new Error("the answer is too long"));
		}
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
		else this.#settle(this.#answer());
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

	#answer(): Exchange {
		const [first, ...more] = this.#chunks;
		const whole =
			more.length === 0 ? (first ?? empty) : Buffer.concat(this.#chunks);
		const truncated = this.#size > kept;
		const body = truncated ? whole.subarray(0, kept) : whole;
		const { lastAnswer } = this.#lane;
		if (
			this.#status !== lastAnswer.status ||
			truncated !== lastAnswer.truncated ||
			!equal(body, lastAnswer.body) ||
			!same(this.#headers, lastAnswer.headers)
		) {
			this.#lane.lastAnswer = {
				status: this.#status,
				headers: this.#headers,
				body: Buffer.from(body),
				truncated,
			};
		}
		return { response: this.#lane.lastAnswer };
	}
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
	return one.length === other.length && Buffer.compare(one, other) === 0;
}

function same(
	one: AttemptResponse["headers"],
	other: AttemptResponse["headers"],
): boolean {
	let names = 0;
	for (const name in one) {
		if (one[name] !== other[name]) return false;
		names++;
	}
	for (const _ in other) names--;
	return names === 0;
}

/** An AggregateError, which a name with two addresses gives, has an empty message of its own. */
function reasonOf(error: Error): string {
	if (error instanceof AggregateError)
		return error.errors.map((each: Error) => each.message).join("; ");
	return error.message;
}
