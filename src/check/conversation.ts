import type { AttemptError, AttemptResponse } from "../contract/records.ts";
import type { Message } from "../contract/signing.ts";
import { type Clock, createSystemClock } from "../delivery/clock.ts";
import {
	type Exchange,
	isAbsent,
	type Outgoing,
	type Transport,
} from "../delivery/exchange.ts";
import type { Headers } from "../delivery/receiver-headers.ts";
import { isAmong } from "../delivery/schedule.ts";
import { createTransport } from "../delivery/transport.ts";
import {
	delayOf,
	type Guess,
	sameHeaders,
	signedBy,
	unlessNoKey,
} from "../explain/guess.ts";
import { pauseOf, quotedPage } from "../explain/oracle.ts";
import type { EventVariation, Sample, Subject } from "./subject.ts";

export interface Answer {
	readonly sample: Sample;
	readonly headers: Headers;
	readonly message: Message;
	readonly response?: AttemptResponse | undefined;
	readonly error?: AttemptError | undefined;
	/** Milliseconds. */
	readonly duration: number;
	/** By the stopwatch. */
	readonly until: number;
	/** A status that the provider takes for a success. */
	readonly accepted: boolean;
	/** `204`, `no answer: the receiver reset the connection`. */
	readonly said: string;
}

/** What differs from a right delivery of a new event. */
export interface Variation extends EventVariation {
	/** An event that was sent before, or that is made already. */
	readonly sample?: Sample | undefined;
	/** What is signed in place of the message; what is sent stays. */
	readonly signed?: Partial<Message>;
	/** What becomes of the headers, the signature's among them. */
	readonly headers?: (headers: Headers, signed: Message) => Headers;
	readonly method?: "GET";
	readonly fault?: Outgoing["fault"] | undefined;
	/** It waits for no other one. */
	readonly atOnce?: true;
}

/** Why a check cannot go on. */
export class Ended extends Error {
	readonly reason: "deadline" | "budget" | "down" | "locked-out" | "stopped";
	constructor(reason: Ended["reason"], message: string) {
		super(message);
		this.reason = reason;
	}
}

export interface Limits {
	/** Requests. */
	readonly requests: number;
	/** Milliseconds between the starts of two requests. */
	readonly pause: number;
	/** Milliseconds for all of it. */
	readonly deadline: number;
	readonly stop?: AbortSignal | undefined;
}

/** What pauses, settling and the deadline go by. */
export type Timing = Pick<Clock, "now" | "stopwatch" | "after">;

export type Conversation = ReturnType<typeof createConversation>;

type Request = Omit<Outgoing, "timeout">;

/** All requests to one receiver: paced, counted, within a deadline. */
export function createConversation(
	subject: Subject,
	connect: () => Transport,
	clock: Timing,
	{ requests, pause, deadline, stop }: Limits,
) {
	const { signer } = subject;
	const started = clock.stopwatch();
	const answers: Answer[] = [];
	let transport = connect();
	let count = 0;
	let next = started;
	let silent = 0;
	let expected: Guess | undefined;

	const stopped = new Promise<never>((_, reject) => {
		const tell = () => reject(new Ended("stopped", "it was stopped"));
		if (stop?.aborted) tell();
		else stop?.addEventListener("abort", tell, { once: true });
	});
	// Whoever waits hears of it; nobody may be waiting.
	stopped.catch(() => {});
	const wait = (milliseconds: number) =>
		milliseconds <= 0
			? Promise.resolve()
			: Promise.race([
					stopped,
					new Promise<void>((resolve) => clock.after(milliseconds, resolve)),
				]);
	// What this message cannot show of a mistake is signed rightly.
	const signed = (message: Message) =>
		(expected && signedBy(expected, signer, message)) ??
		unlessNoKey(() => signer.sign(message));
	const left = () => started + deadline - clock.stopwatch();

	/** @throws Ended */
	async function post(request: Request, atOnce = false): Promise<Exchange> {
		if (count >= requests)
			throw new Ended("budget", `${requests} requests were sent`);
		if (left() <= 0) throw new Ended("deadline", "the time was up");
		count++;
		const now = clock.stopwatch();
		const at = atOnce ? now : Math.max(now, next);
		next = at + pause;
		await wait(at - now);
		const timeout = Math.max(1, Math.min(subject.timeout, left()));
		return Promise.race([
			stopped,
			new Promise<Exchange>((resolve) =>
				transport.post({ ...request, timeout }, resolve),
			),
		]);
	}
	/** Who asks for patience gets it. */
	async function patiently(
		request: Request,
		atOnce?: boolean,
	): Promise<Exchange> {
		for (let again = 0; ; again++) {
			const exchange = await post(request, atOnce);
			const pause = pauseOf(exchange, again);
			if (pause === undefined || again === 2 || pause > longestPause)
				return exchange;
			await wait(Math.min(left(), pause));
		}
	}
	/** As it is sent with another time: some have it in their body. */
	function dated(sample: Sample, at: number | undefined): Sample {
		const body = at && signer.dated?.(sample.body, at);
		return body ? { ...sample, body } : sample;
	}
	/** @throws Ended */
	async function send(variation: Variation = {}): Promise<Answer> {
		const { signed: instead, method, fault, atOnce } = variation;
		await wait(delayOf(expected ?? {}, clock.now()));
		const sample = dated(
			variation.sample ?? subject.event(variation),
			instead?.at,
		);
		const message = { ...subject.messageOf(sample, clock.now()), ...instead };
		const right = { ...sample.headers, ...signed(message) };
		const headers = variation.headers?.(right, message) ?? right;
		const before = clock.stopwatch();
		const request = {
			receiver: receiverAt(subject.url),
			headers,
			body: method === "GET" ? new Uint8Array() : sample.body,
			...(method && { method }),
			...(fault && { fault }),
		};
		const exchange = await patiently(request, atOnce);
		const until = clock.stopwatch();
		const { response, error }: Partial<Answer> = exchange;
		const wasUp = answers.some(({ accepted }) => accepted);
		// How it might be reached is no question any more.
		const why = wasUp ? error?.message.split(". ", 1)[0] : error?.message;
		const answer: Answer = {
			sample,
			headers,
			message: { ...message, body: sample.body },
			response,
			error,
			duration: until - before,
			until,
			accepted:
				response !== undefined && isAmong(response.status, subject.success),
			said: String(response?.status ?? `no answer: ${why}`),
		};
		answers.push(answer);
		silent = error?.code === "timeout" ? silent + 1 : 0;
		if (wasUp && silent === 3)
			throw new Ended("down", "it has not answered three times in a row");
		if (wasUp && isAbsent(answer))
			throw new Ended("down", "it went down: nothing answers there any more");
		return answer;
	}

	return {
		send,
		/** For who has a way of asking of its own: it goes through the same limits. */
		post,
		wait,
		now: clock.now,
		stopwatch: clock.stopwatch,
		/** Milliseconds since it began. */
		spent: () => clock.stopwatch() - started,
		answers: answers as readonly Answer[],
		get count() {
			return count;
		},
		get remaining() {
			return requests - count;
		},
		/** Whether it is signed otherwise than what is right: not so in what every mistaken receiver expects. */
		differs({ signed: instead, sample = subject.event() }: Variation): boolean {
			if (instead === undefined) return true;
			const message = subject.messageOf(sample, clock.now());
			const { body } = dated(sample, instead.at);
			const other = signed({ ...message, body, ...instead });
			const own = { ...sample.headers, ...signed(message) };
			return (
				other !== undefined &&
				!sameHeaders(own, { ...sample.headers, ...other })
			);
		},
		/** Signs every later delivery as the receiver expects. */
		signAs(other: Guess): void {
			expected = other;
		},
		async reconnect(): Promise<void> {
			await transport.close();
			transport = connect();
		},
		close: () => transport.close(),
	};
}

/** One request, on a connection of its own. */
export async function exchangeOnce(request: Outgoing): Promise<Exchange> {
	const transport = createTransport(createSystemClock());
	const exchange = await new Promise<Exchange>((resolve) =>
		transport.post(request, resolve),
	);
	await transport.close();
	return exchange;
}

export function receiverAt(url: string): Outgoing["receiver"] {
	const { href, origin, pathname, search } = new URL(url);
	return { href, origin, path: pathname + search };
}

/** Milliseconds. Who asks for more, as one that locks out, is not waited for. */
const longestPause = 10_000;

export function saidBy({ said, response }: Answer): string {
	return said + (response ? quotedPage(response, 60) : "");
}
