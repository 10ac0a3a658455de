import type { Attempt, Delivery } from "../../src/contract/records.ts";
import type { Signer } from "../../src/contract/signing.ts";
import type { Exchange } from "../../src/delivery/exchange.ts";
import type { Rejected } from "../../src/explain/before-asking.ts";
import { explain } from "../../src/explain/explain.ts";

/** A request as a receiver's code has it. */
export interface Got {
	readonly header: (name: string) => string;
	readonly body: Buffer;
	readonly method: string;
	/** The receiver's time, epoch milliseconds. */
	readonly now: number;
}

export interface Reply {
	readonly status: number;
	readonly headers?: Readonly<Record<string, string>>;
	readonly body?: string;
}

/** A status, a whole answer, or no answer at all. */
export type Receiver = (
	got: Got,
) => number | Reply | "reset" | "silent" | "gone";

export interface Situation {
	readonly signer: Signer;
	readonly receiver: Receiver;
	readonly secrets: readonly string[];
	readonly body?: string | Buffer;
	readonly url?: string;
	/** When it was sent; the receiver's time is this too, and moves with each request and pause. */
	readonly at?: number;
	/** Milliseconds that localhook's clock is behind the receiver's. */
	readonly behind?: number;
	readonly more?: Partial<Rejected>;
	readonly delivery?: Partial<Delivery>;
}

const start = Date.UTC(2026, 10, 20, 10, 15, 30, 400);

/** Delivers to a receiver once, and explains what it answered. */
export async function explainRefusal({
	signer,
	receiver,
	secrets,
	body:
		sent = '{"id":"evt_4","amount":10.0,"name":"Zo\u00eb","of":[1,"a/b"],"empty":{}}',
	url = "https://hooks.example.com/hooks?from=test",
	at = start,
	behind = 0,
	more = {},
	delivery: changes = {},
}: Situation) {
	const body = Buffer.from(sent as string);
	const own = { "Content-Type": "application/json", "X-Event-ID": "evt_4" };
	const event = { id: "evt_4", provider: "acme", type: "thing.made" };
	const asked: Readonly<Record<string, string>>[] = [];
	let now = at;

	async function post({
		headers,
		body,
		method,
	}: Parameters<Rejected["post"]>[0]): Promise<Exchange> {
		now += 20;
		const lower = new Map(
			Object.entries(headers).map(([name, value]) => [
				name.toLowerCase(),
				value,
			]),
		);
		asked.push(Object.fromEntries(lower));
		const header = (name: string) => lower.get(name) ?? "";
		const got = {
			...{ header, body: Buffer.from(body), now },
			method: method ?? "POST",
		};
		const answer = answerOf(receiver, got);
		if (answer === "silent")
			return { error: { code: "timeout", message: "no complete answer" } };
		if (answer === "gone")
			return {
				error: { code: "connection", message: "connect ECONNREFUSED" },
			};
		if (answer === "reset")
			return { error: { code: "connection", message: "reset" } };
		const reply = typeof answer === "number" ? { status: answer } : answer;
		return {
			response: {
				status: reply.status,
				headers: reply.headers ?? {},
				body: Buffer.from(reply.body ?? ""),
				truncated: false,
			},
		};
	}
	const message = {
		...event,
		url,
		method: "POST",
		headers: own,
		body,
		secrets,
	};
	const sentAt = at - behind;
	const headers = { ...own, ...signer.sign({ ...message, at: sentAt }) };
	const exchange = await post({ headers, body });
	const ok = "response" in exchange && exchange.response.status < 300;
	const attempt: Attempt = {
		...{ number: 1, at: sentAt, duration: 1, url, headers, ok },
		...exchange,
	};
	const delivery: Delivery = {
		id: "dlv_1",
		event: { ...event, payload: {}, time: sentAt },
		endpoint: "h1",
		url,
		body,
		headers: own,
		createdAt: sentAt,
		updatedAt: sentAt,
		attempts: [attempt],
		state: "pending",
		...changes,
	};
	const explanation = await explain({
		delivery,
		signer,
		valid: secrets,
		post,
		async wait(milliseconds) {
			now += milliseconds;
		},
		clock: () => now - behind,
		now: () => now,
		...more,
	});
	return { ...explanation, status: attempt.response?.status, requests: asked };
}

/** What is thrown becomes a page of an error, as frameworks write it. */
function answerOf(receiver: Receiver, got: Got): ReturnType<Receiver> {
	try {
		return receiver(got);
	} catch (error) {
		return { status: 500, body: String((error as Error).stack) };
	}
}
