import { joined } from "../bytes.ts";
import type { AttemptError, AttemptResponse } from "../contract/records.ts";
import { formatDuration } from "../duration.ts";
import type { ReceiverAddress } from "./allowed-receivers.ts";
import { type Clock, keepAlive } from "./clock.ts";
import type { AttemptFault } from "./faults.ts";
import { queueMicrotask } from "./real-timers.ts";

export interface Outgoing {
	readonly receiver: ReceiverAddress;
	/** Default: POST. */
	readonly method?: "GET" | "POST";
	readonly headers: Readonly<Record<string, string>>;
	readonly body: Uint8Array;
	/** Milliseconds for the whole exchange. */
	readonly timeout: number;
	/** Milliseconds for the connection alone, where one is made. */
	readonly connectTimeout?: number | undefined;
	readonly fault?: AttemptFault | undefined;
	/** Where a receiver in this process is called; absent: wherever this is posted from. */
	readonly runInContext?: RunInContext | undefined;
}

/** Runs something in a context that was captured earlier, as Node's `AsyncLocalStorage.snapshot()` gives it. */
export type RunInContext = <T>(run: () => T) => T;

export type Exchange = (
	| { readonly response: AttemptResponse }
	| { readonly error: AttemptError }
) & {
	/** The request was sent once more, on a new connection. */
	readonly reconnected?: true;
};

export interface Transport {
	/**
	 * Makes one HTTP exchange. `done` is told of its end once, and never before this returns; a promise for every
	 * delivery would show.
	 */
	post(request: Outgoing, done: Done): void;
	close(): Promise<void>;
}

export type Done = (exchange: Exchange) => void;

type Failed = Extract<Exchange, { readonly error: AttemptError }>;

export function failed(message: string): Failed {
	return { error: { code: "connection", message } };
}

export function isAbsent({ error }: { error?: AttemptError | undefined }) {
	return /^connect E|ENOTFOUND|EAI_AGAIN/.test(error?.message ?? "");
}

export function tooLate(timeout: number): Failed {
	const message = `no complete answer within ${formatDuration(timeout)}`;
	return { error: { code: "timeout", message } };
}

export function notConnected(within: number): Failed {
	const message = `could not connect within ${formatDuration(within)}`;
	return { error: { code: "timeout", message } };
}

export const stopped = failed("localhook was stopped");
export const brokeOff = "the request broke off";

/** Makes one exchange in this process. Of what `done` is told, the first counts. What it returns breaks it off. */
export type Exchanger = (
	request: Outgoing,
	clock: Clock,
	done: Done,
) => () => void;

/** A transport without connections of its own, so the process is kept alive during each exchange. */
export function transportBy(exchanger: Exchanger, clock: Clock): Transport {
	const stops = new Set<() => void>();
	let closed = false;

	return {
		post(request, done) {
			const letGo = keepAlive();
			let breakOff: (() => void) | undefined;
			const end = (exchange: Exchange) => {
				if (!stops.delete(stop)) return;
				letGo();
				done(exchange);
			};
			const stop = () => {
				end(stopped);
				breakOff?.();
			};
			stops.add(stop);
			const begin = () => {
				breakOff = exchanger(request, clock, end);
			};
			// The code that caused the delivery goes on first.
			queueMicrotask(() => {
				if (closed) stop();
				else if (request.runInContext === undefined) begin();
				else request.runInContext(begin);
			});
		},
		async close() {
			closed = true;
			for (const stop of stops) stop();
		},
	};
}

export type Leave = (exchange: Failed) => void;

/** An exchange that has a deadline, and learns by a signal that nobody waits for its end any more. */
export function abortable(
	exchange: (
		request: Outgoing,
		clock: Clock,
		signal: AbortSignal,
		leave: Leave,
	) => Promise<Exchange>,
): Exchanger {
	return (request, clock, done) => {
		const { timeout } = request;
		const cut = cutOf(request);
		const gone = new AbortController();
		const settle = (ended: Exchange) => {
			cancelDeadline();
			done(cut?.exchange ?? ended);
		};
		const leave = (ended: Failed) => {
			settle(ended);
			gone.abort(new Error(ended.error.message));
		};
		const cancelDeadline = clock.after(timeout, () => leave(tooLate(timeout)));
		exchange(request, clock, gone.signal, leave).then(
			settle,
			({ message }: Error) => settle(failed(message)),
		);
		return () => gone.abort(new Error(brokeOff));
	};
}

export interface Cut {
	readonly sent: Uint8Array;
	readonly exchange: Failed;
}

export function cutOf({ fault, body }: Outgoing): Cut | undefined {
	const isBefore = fault?.kind === "cut-before-body";
	if (!isBefore && fault?.kind !== "cut-in-body") return undefined;
	const where = isBefore ? "before" : "in the middle of";
	return {
		sent: body.subarray(0, isBefore ? 0 : Math.floor(body.length / 2)),
		exchange: failed(`the connection was cut on purpose, ${where} the body`),
	};
}

export async function* dribble(
	body: Uint8Array,
	over: number,
	clock: Clock,
): AsyncGenerator<Uint8Array> {
	const bits = Math.min(body.length, 10);
	for (let i = 0; i < bits; i++) {
		await new Promise<void>((resolve) => clock.after(over / bits, resolve));
		const start = Math.floor((body.length * i) / bits);
		yield body.subarray(start, Math.floor((body.length * (i + 1)) / bits));
	}
}

const kept = 64 * 1024;
const read = 1024 * 1024;

export class Answer {
	status = 0;
	headers: AttemptResponse["headers"] = {};
	readonly #chunks: Uint8Array[] = [];
	#size = 0;

	/** Takes a part of the body. False: it is too long for any more to be read. */
	add(chunk: Uint8Array): boolean {
		if (this.#size < kept) this.#chunks.push(chunk);
		this.#size += chunk.length;
		return this.#size <= read;
	}

	end(): AttemptResponse {
		const body = new Uint8Array(joined(this.#chunks).subarray(0, kept));
		const { status, headers } = this;
		return { status, headers, body, truncated: this.#size > kept };
	}
}

/** The answer that a response of the web platform is. Throws the reason of the signal once nobody waits for it. */
export async function answerOf(
	{ status, headers, body }: Pick<Response, "status" | "headers" | "body">,
	signal: AbortSignal,
): Promise<AttemptResponse> {
	const answer = new Answer();
	answer.status = status;
	answer.headers = fieldsOf(headers);
	if (body === null) return answer.end();
	const reader = body.getReader();
	const leave = () => void reader.cancel(signal.reason).catch(() => {});
	signal.addEventListener("abort", leave, { once: true });
	let part = await reader.read();
	while (!part.done && answer.add(part.value)) part = await reader.read();
	signal.removeEventListener("abort", leave);
	if (!part.done) leave();
	signal.throwIfAborted();
	return answer.end();
}

/** By names in lower case, as on the wire of undici: happy-dom gives them as they were typed. */
function fieldsOf(headers: Headers): Record<string, string | string[]> {
	const found: Record<string, string | string[]> = {};
	headers.forEach((value, typed) => {
		const name = typed.toLowerCase();
		const before = found[name];
		found[name] = before === undefined ? value : [before, value].flat();
	});
	return found;
}
