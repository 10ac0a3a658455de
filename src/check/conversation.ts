import { joined, textOf } from "../bytes.ts";
import type { AttemptError, AttemptResponse } from "../contract/records.ts";
import type { Message } from "../contract/signing.ts";
import type { Clock } from "../delivery/clock.ts";
import type { Exchange, Outgoing, Transport } from "../delivery/exchange.ts";
import type { Headers } from "../delivery/receiver-headers.ts";
import { isAmong } from "../delivery/schedule.ts";
import { LocalhookError } from "../errors.ts";
import { messageOf, type Sample, type Subject } from "./subject.ts";

/** What a receiver made of one request. */
export interface Answer {
	/** The id of the event that was sent. */
	readonly event: string;
	/** What was sent, signed. */
	readonly headers: Headers;
	readonly message: Message;
	readonly response?: AttemptResponse | undefined;
	readonly error?: AttemptError | undefined;
	/** Milliseconds. */
	readonly duration: number;
	/** A status that the provider takes for a success. */
	readonly accepted: boolean;
	/** `204`, `no answer: the receiver reset the connection`. */
	readonly said: string;
}

/** What differs from a right delivery. */
export interface Deviation {
	/** What is signed in place of the message; what is sent stays. */
	readonly signed?: Partial<Message>;
	/** What becomes of the headers, the signature's among them. */
	readonly headers?: (headers: Headers, signed: Message) => Headers;
	readonly method?: "GET";
	readonly fault?: Outgoing["fault"];
}

/** Why a check cannot go on. */
export class Ended extends Error {
	readonly reason: "deadline" | "budget" | "down" | "stopped";
	constructor(reason: Ended["reason"], message: string) {
		super(message);
		this.reason = reason;
	}
}

/** How a delivery is signed; undefined: not this one. */
export type Sign = (message: Message) => Headers | undefined;

export interface Limits {
	/** Requests. */
	readonly requests: number;
	/** Milliseconds between the starts of two requests. */
	readonly pause: number;
	/** Milliseconds for all of it. */
	readonly deadline: number;
}

export type Conversation = ReturnType<typeof createConversation>;

/**
 * All requests to one receiver: paced, counted, within a deadline.
 *
 * @param clock what pauses and the deadline go by
 */
export function createConversation(
	subject: Subject,
	transport: Pick<Transport, "post">,
	clock: Pick<Clock, "now" | "stopwatch" | "after">,
	{ requests, pause, deadline }: Limits,
	stop?: AbortSignal,
) {
	const started = clock.stopwatch();
	const answers: Answer[] = [];
	let count = 0;
	let next = started;
	let silent = 0;
	let sign: Sign = subject.signer.sign;

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
	/** undefined: a secret is no key of the scheme. */
	function signedBy(message: Message): Headers | undefined {
		try {
			// What this message cannot show of a mistake is signed rightly.
			return sign(message) ?? subject.signer.sign(message);
		} catch (error) {
			if (error instanceof LocalhookError) return undefined;
			throw error;
		}
	}
	const left = () => started + deadline - clock.stopwatch();

	/** @throws Ended */
	async function turn(): Promise<void> {
		if (count >= requests)
			throw new Ended("budget", `${requests} requests were sent`);
		if (left() <= 0) throw new Ended("deadline", "the time was up");
		count++;
		const now = clock.stopwatch();
		const at = Math.max(now, next);
		next = at + pause;
		await wait(at - now);
	}
	/** @throws Ended */
	async function post(request: Omit<Outgoing, "timeout">): Promise<Exchange> {
		await turn();
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
		request: Omit<Outgoing, "timeout">,
	): Promise<Exchange> {
		for (let again = 0; ; again++) {
			const exchange = await post(request);
			const response = "response" in exchange ? exchange.response : undefined;
			const after = Number(
				[response?.headers["retry-after"] ?? Number.NaN].flat()[0],
			);
			const isBusy =
				response?.status === 429 ||
				(response?.status === 503 && !Number.isNaN(after));
			if (!isBusy || again === 2) return exchange;
			await wait(
				Math.min(left(), Number.isNaN(after) ? 1000 : after * 1000, 10_000),
			);
		}
	}
	/** As it is sent with another time: some have it in their body. */
	function dated(sample: Sample, { at }: Partial<Message>): Sample {
		const body = at && subject.signer.dated?.(sample.body, at);
		return body ? { ...sample, body } : sample;
	}
	async function send(
		given: Sample,
		{ signed = {}, headers, method, fault }: Deviation = {},
	): Promise<Answer> {
		const sample = dated(given, signed);
		const message = { ...messageOf(sample, subject, clock.now()), ...signed };
		const right = { ...sample.headers, ...signedBy(message) };
		const sent = headers?.(right, message) ?? right;
		const before = clock.stopwatch();
		const exchange = await patiently({
			target: targetOf(subject.url),
			headers: sent,
			body: method === "GET" ? new Uint8Array() : sample.body,
			...(method && { method }),
			...(fault && { fault }),
		});
		const answer = answerOf(sample, sent, message, exchange);
		const made = {
			...answer,
			duration: clock.stopwatch() - before,
		};
		answers.push(made);
		const wasUp = answers.some(({ accepted }) => accepted);
		silent = made.error?.code === "timeout" ? silent + 1 : 0;
		if (wasUp && silent === 3)
			throw new Ended("down", "it has not answered three times in a row");
		if (wasUp && isAbsent(made))
			throw new Ended("down", "it went down: nothing answers there any more");
		return made;
	}
	function answerOf(
		sample: Sample,
		headers: Headers,
		message: Message,
		exchange: Exchange,
	): Omit<Answer, "duration"> {
		const response = "response" in exchange ? exchange.response : undefined;
		const error = "error" in exchange ? exchange.error : undefined;
		return {
			event: sample.id,
			headers,
			message: { ...message, body: sample.body },
			response,
			error,
			accepted:
				response !== undefined && isAmong(response.status, subject.success),
			said:
				response === undefined
					? `no answer: ${error?.message}`
					: String(response.status),
		};
	}

	return {
		send,
		/** Whether another secret or another time makes another signature: not so in what every mistaken receiver expects. */
		differs(sample: Sample, { signed = {} }: Deviation): boolean {
			if (signed.secrets === undefined && signed.at === undefined) return true;
			const message = messageOf(sample, subject, clock.now());
			const { body } = dated(sample, signed);
			const other = signedBy({ ...message, body, ...signed });
			return (
				other !== undefined &&
				JSON.stringify(signedBy(message)) !== JSON.stringify(other)
			);
		},
		/** Whether what stands behind a body is signed: not so everywhere. */
		signsEnd(sample: Sample): boolean {
			const message = messageOf(sample, subject, clock.now());
			const longer = { ...message, body: joined([message.body, "\n"]) };
			const [one, other] = [message, longer].map(subject.signer.sign);
			return JSON.stringify(one) !== JSON.stringify(other);
		},
		wait,
		left,
		now: clock.now,
		stopwatch: clock.stopwatch,
		/** Milliseconds since it began. */
		spent: () => clock.stopwatch() - started,
		/** Every answer so far. */
		answers: answers as readonly Answer[],
		get count() {
			return count;
		},
		/** The requests that may still be sent. */
		get remaining() {
			return requests - count;
		},
		/** Asks for something beside the receiver, within the same limits. */
		post,
		get sign() {
			return sign;
		},
		/** Signs every later delivery as the receiver expects. */
		signAs(other: Sign): void {
			sign = other;
		},
	};
}

/** Nothing listens there. */
export function isAbsent({ error }: Pick<Answer, "error">): boolean {
	return /^connect E|ENOTFOUND|EAI_AGAIN/.test(error?.message ?? "");
}

export function targetOf(url: string): Outgoing["target"] {
	const { href, origin, pathname, search } = new URL(url);
	return { href, origin, path: pathname + search };
}

/** What an answer says, on one line: the beginning of its body. */
export function excerptOf({ response }: Pick<Answer, "response">): string {
	if (response === undefined || response.body.length === 0) return "";
	return textOf(response.body.subarray(0, 300)).replaceAll(/\s+/g, " ").trim();
}
