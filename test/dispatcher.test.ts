import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DeliveryPolicy, StatusPattern } from "../src/contract/policy.ts";
import type { Delivery } from "../src/contract/records.ts";
import { createSystemClock } from "../src/delivery/clock.ts";
import type { JournalEntry } from "../src/delivery/journal.ts";
import { createTransport } from "../src/delivery/transport.ts";
import { acmeSigner } from "./support/acme.ts";
import {
	emit,
	listening,
	minute,
	retrying,
	second,
	times,
} from "./support/dispatching.ts";
import { startOfTest } from "./support/engine.ts";
import type { ReceivedRequest } from "./support/receiver.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

describe("a delivery", () => {
	it("is one POST of the payload, signed, at the registered URL", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", `${receiver.url}?a=b%20c`);

		const [delivery] = await emit(engine, "anvil");

		expect(receiver.requests).toHaveLength(1);
		const [request] = receiver.requests;
		expect(request).toMatchObject({
			method: "POST",
			url: "/hooks?a=b%20c",
			headers: {
				"content-type": "application/json",
				"x-event": delivery?.event.id,
				"x-signed-at": String(startOfTest),
			},
		});
		expect(JSON.parse(String(request?.body))).toEqual({
			type: "thing.made",
			id: delivery?.event.id,
			data: { name: "anvil", size: 3 },
		});
		expect(
			acmeSigner.verify({
				headers: request?.headers ?? {},
				body: request?.body ?? Buffer.of(),
				secrets: ["s3cret"],
				now: startOfTest,
			}),
		).toEqual({ ok: true });
		expect(delivery).toMatchObject({
			state: "delivered",
			endpoint: "h1",
			url: `${receiver.url}?a=b%20c`,
			createdAt: startOfTest,
			attempts: [
				{
					number: 1,
					at: startOfTest,
					ok: true,
					response: { status: 200, truncated: false },
				},
			],
		});
		expect(delivery).not.toHaveProperty("reason");
	});

	it("is recorded with the very bytes and headers that were sent and answered", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		receiver.answer({
			status: 202,
			headers: { "X-Answer": "yes" },
			body: "thänks",
		});
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "naïve 🎉");

		const attempt = delivery?.attempts[0];
		expect(
			receiver.requests[0]?.body.equals(delivery?.body ?? Buffer.of()),
		).toBe(true);
		expect(receiver.requests[0]?.headers).toMatchObject(
			Object.fromEntries(
				Object.entries(attempt?.headers ?? {}).map(([name, value]) => [
					name.toLowerCase(),
					value,
				]),
			),
		);
		expect(attempt?.url).toBe(receiver.url);
		expect(attempt?.response).toMatchObject({
			status: 202,
			headers: { "x-answer": "yes" },
		});
		expect(Buffer.from(attempt?.response?.body ?? []).toString()).toBe(
			"thänks",
		);
	});

	it("carries the headers of its endpoint, and no signature without a secret", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", receiver.url, {
			secrets: [],
			headers: { authorization: "Basic eDp5" },
		});

		await emit(engine, "anvil");

		expect(receiver.requests[0]?.headers.authorization).toBe("Basic eDp5");
		expect(receiver.requests[0]?.headers).not.toHaveProperty("x-signature");
		expect(receiver.requests[0]?.headers).not.toHaveProperty("x-signed-at");
	});

	it("goes to every endpoint that the provider names, each on its own", async () => {
		const { engine, hook } = await startAcme(retrying(minute));
		const [good, bad] = [await openReceiver(), await openReceiver()];
		bad.answer({ status: 500 });
		hook("good", good.url);
		hook("bad", bad.url);

		const { event, deliveries } = engine.send("acme", "thing.made");
		await engine.idle();

		expect(
			deliveries.map(({ endpoint, state, event: own }) => [
				endpoint,
				state,
				own,
			]),
		).toEqual([
			["good", "delivered", event],
			["bad", "pending", event],
		]);
	});

	it("is accepted by any status from 200 to 299, and by no other", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", receiver.url);
		const accepted: number[] = [];
		const statuses = [
			200, 201, 202, 204, 299, 300, 304, 400, 401, 404, 410, 429, 500, 503,
		];

		for (const status of statuses) {
			receiver.answer({ status });
			const [delivery] = await emit(engine, String(status));
			if (delivery?.state === "delivered") accepted.push(status);
		}

		expect(receiver.requests).toHaveLength(statuses.length);
		expect(accepted).toEqual([200, 201, 202, 204, 299]);
	});

	it("is not carried on to where a redirect points", async () => {
		const { engine, hook } = await startAcme();
		const [here, there] = [await openReceiver(), await openReceiver()];
		hook("h1", here.url);

		for (const status of [301, 302, 303, 307, 308]) {
			here.answer({ status, headers: { location: there.url } });
			const [delivery] = await emit(engine, String(status));

			expect(delivery).toMatchObject({
				state: "failed",
				attempts: [{ ok: false, response: { status } }],
			});
		}

		expect(here.requests).toHaveLength(5);
		expect(there.requests).toEqual([]);
	});

	it("reaches a receiver that is busy with very many others", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", receiver.url);

		const published = await Promise.all(
			Array.from({ length: 200 }, () => engine.send("acme", "thing.made")),
		);
		await engine.idle();

		const ids = published.map(({ event }) => event.id);
		expect(
			new Set(receiver.requests.map(({ headers }) => headers["x-event"])),
		).toEqual(new Set(ids));
		expect(receiver.requests).toHaveLength(200);
	});
});

describe("the journal", () => {
	it("is told of the event, of each attempt and of the end", async () => {
		const { engine, hook } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, {});
		hook("h1", receiver.url);
		const told: JournalEntry[] = [];
		engine.journal.subscribe((entry) => told.push(entry));

		const [delivery] = await emit(engine, "anvil");
		await engine.advance(minute);

		expect(told).toMatchObject([
			{ seq: 1, kind: "event", event: delivery?.event, matched: 1 },
			{ seq: 2, kind: "delivery", delivery },
			{ seq: 3, kind: "attempt", delivery, attempt: delivery?.attempts[0] },
			{ seq: 4, kind: "attempt", delivery, attempt: delivery?.attempts[1] },
			{ seq: 5, kind: "settled", delivery },
		]);
		expect(engine.journal.get(delivery?.id ?? "")).toBe(delivery);
	});
});

describe("an answer", () => {
	it.each([
		["kept whole", 64 * 1024, false],
		["cut", 64 * 1024 + 1, true],
		["cut", 3 * 1024 * 1024, true],
	])("is %s at 64 KiB: %i bytes", async (_, size, truncated) => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		const text = "0123456789abcdef".repeat(size / 16 + 1).slice(0, size);
		receiver.answer({ body: text });
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "anvil");

		const response = delivery?.attempts[0]?.response;
		expect(delivery?.state).toBe("delivered");
		expect(response?.truncated).toBe(truncated);
		expect(Buffer.from(response?.body ?? []).toString()).toBe(
			text.slice(0, 64 * 1024),
		);
	});

	it("that never ends is left after its first part", async () => {
		const { engine, hook } = await startAcme();
		const url = await listening(
			createServer((_, response) => {
				const chunk = Buffer.alloc(64 * 1024, "x");
				const more = () =>
					void (!response.destroyed && response.write(chunk, more));
				more();
			}),
		);
		hook("h1", url);

		const [delivery] = await emit(engine, "anvil");

		expect(delivery).toMatchObject({
			state: "delivered",
			attempts: [{ response: { truncated: true } }],
		});
		expect(delivery?.attempts[0]?.response?.body).toHaveLength(64 * 1024);
	});
});

describe("an attempt that gets no answer", () => {
	const patience = {
		policy: {
			timeout: 100,
			retry: { delays: [minute], jitter: "none" as const },
		},
	};

	it("ends when the provider's patience does, and is made again", async () => {
		const { engine, hook } = await startAcme(patience);
		const receiver = await openReceiver();
		receiver.answer({ hang: true }, {});
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "anvil");
		expect(delivery).toMatchObject({
			state: "pending",
			attempts: [
				{
					ok: false,
					error: {
						code: "timeout",
						message: "no complete answer within 100ms",
					},
				},
			],
		});
		await engine.advance(minute);

		expect(delivery?.state).toBe("delivered");
		expect(receiver.requests).toHaveLength(2);
	});

	it("ends so too when the answer has begun and does not come to its end", async () => {
		const { engine, hook } = await startAcme(patience);
		hook(
			"h1",
			await listening(
				createServer(
					(_, response) => void response.writeHead(200).write("beginning"),
				),
			),
		);

		const [delivery] = await emit(engine, "anvil");

		expect(delivery).toMatchObject({
			state: "pending",
			attempts: [{ ok: false, error: { code: "timeout" } }],
		});
		expect(delivery?.attempts[0]).not.toHaveProperty("response");
	});

	it("ends so too where no connection is made, and is not sent when one is made later", async () => {
		const clock = createSystemClock();
		const transport = createTransport({
			...clock,
			after(milliseconds, task) {
				if (milliseconds > 0) return clock.after(milliseconds, task);
				queueMicrotask(task);
				return () => {};
			},
		});
		onTestFinished(() => transport.close());
		const receiver = await openReceiver();
		const post = (body: string, timeout: number) =>
			new Promise((done) =>
				transport.post(
					{
						receiver: {
							href: receiver.url,
							origin: new URL(receiver.url).origin,
							path: "/hooks",
						},
						headers: {},
						body: Buffer.from(body),
						timeout,
					},
					done,
				),
			);

		const late = await post("late", 0);
		const next = await Promise.all(
			Array.from({ length: 64 }, () => post("next", 5000)),
		);

		expect(late).toMatchObject({ error: { code: "timeout" } });
		expect(next).toMatchObject(Array(64).fill({ response: { status: 200 } }));
		expect(receiver.requests.map(({ body }) => body.toString())).toEqual(
			Array(64).fill("next"),
		);
	});

	it("fails where nobody listens", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		await receiver.close();
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "anvil");

		expect(delivery).toMatchObject({
			state: "failed",
			reason: "the provider gives up after 1 attempt",
			attempts: [
				{
					ok: false,
					error: {
						code: "connection",
						message: expect.stringContaining("ECONNREFUSED"),
					},
				},
			],
		});
	});

	it.each([
		["hangs up", () => createTcpServer((socket) => socket.destroy())],
		[
			"does not speak HTTP",
			() =>
				createTcpServer(
					(socket) =>
						void socket.resume().end("220 smtp.example.com ESMTP\r\n"),
				),
		],
		[
			"breaks off",
			() =>
				createServer((_, response) =>
					response
						.writeHead(200, { "content-length": 100 })
						.write("x", () => response.destroy()),
				),
		],
	])("fails where the other side %s", async (_, open) => {
		const { engine, hook } = await startAcme();
		hook("h1", await listening(open()));

		const [delivery] = await emit(engine, "anvil");

		expect(delivery).toMatchObject({
			state: "failed",
			attempts: [{ ok: false, error: { code: "connection" } }],
		});
		expect(delivery?.attempts[0]?.error?.message).not.toBe("");
	});

	it.each([
		{ "bad name": "x" },
		{ "x-line": "a\r\nb: c" },
		{ "content-length": "1" },
		{ "transfer-encoding": "chunked" },
	])("fails with headers that cannot be sent: %j", async (headers) => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", receiver.url, { headers });

		const [delivery] = await emit(engine, "anvil");

		expect(delivery).toMatchObject({
			state: "failed",
			attempts: [{ ok: false, error: { code: "connection" } }],
		});
		expect(receiver.requests).toEqual([]);
	});
});

describe("a retry", () => {
	it("is made at its time exactly, with the same bytes and a fresh signature", async () => {
		const { engine, hook } = await startAcme(
			retrying(second, minute, 60 * minute),
		);
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, { status: 400 }, { status: 302 }, {});
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "anvil");
		for (const [step, made] of [
			[second - 1, 1],
			[1, 2],
			[minute - 1, 2],
			[1, 3],
			[60 * minute - 1, 3],
		] as const) {
			await engine.advance(step);
			expect(delivery?.attempts).toHaveLength(made);
			expect(delivery?.nextAt).toBeGreaterThan(engine.clock.now());
		}
		await engine.advance(1);

		expect(delivery).toMatchObject({
			state: "delivered",
			updatedAt: engine.clock.now(),
		});
		expect(delivery).not.toHaveProperty("nextAt");
		const at = [0, second, second + minute, second + 61 * minute];
		expect(times(delivery as Delivery)).toEqual(at);
		expect(
			receiver.requests.map(
				({ headers }) => Number(headers["x-signed-at"]) - startOfTest,
			),
		).toEqual(at);
		const [first, ...others] = receiver.requests;
		for (const { body, headers } of others) {
			expect(body.equals(first?.body as Buffer)).toBe(true);
			expect(headers["x-event"]).toBe(first?.headers["x-event"]);
			expect(headers["x-signature"]).not.toBe(first?.headers["x-signature"]);
		}
		for (const { body, headers } of receiver.requests) {
			const now = Number(headers["x-signed-at"]);
			expect(
				acmeSigner.verify({ body, headers, secrets: ["s3cret"], now }),
			).toEqual({ ok: true });
		}
	});

	it("shows when the delivery last changed", async () => {
		const { engine, hook } = await startAcme(retrying(minute, minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "anvil");
		expect(delivery?.updatedAt).toBe(startOfTest);
		await engine.advance(minute + second);
		expect(delivery?.updatedAt).toBe(startOfTest + minute);
		await engine.reset();

		expect(delivery).toMatchObject({
			state: "cancelled",
			createdAt: startOfTest,
			updatedAt: startOfTest + minute + second,
		});
	});

	it("is not made once the provider has given up", async () => {
		const { engine, hook } = await startAcme(retrying(second, second));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "anvil");
		await engine.advance(365 * 24 * 60 * minute);

		expect(delivery).toMatchObject({
			state: "failed",
			reason: "the provider gives up after 3 attempts",
		});
		expect(times(delivery as Delivery)).toEqual([0, second, 2 * second]);
		expect(receiver.requests).toHaveLength(3);
	});

	it("is signed with the secret, and sent to the URL, that the endpoint has by then", async () => {
		const { engine, hook } = await startAcme(retrying(second));
		const [before, after] = [await openReceiver(), await openReceiver()];
		before.answer({ status: 500 });
		hook("h1", before.url, { secrets: ["old"] });

		const [delivery] = await emit(engine, "anvil");
		hook("h1", after.url, { secrets: ["new"] });
		await engine.advance(second);

		const { headers, body } = after.requests[0] as ReceivedRequest;
		expect(acmeSigner.verify({ headers, body, secrets: ["new"] })).toEqual({
			ok: true,
		});
		expect(delivery).toMatchObject({
			url: before.url,
			attempts: [{ url: before.url }, { url: after.url }],
		});
	});

	it("is called off when the endpoint is gone by then", async () => {
		const { engine, hook, unhook } = await startAcme(retrying(second, second));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);

		const [delivery] = await emit(engine, "anvil");
		unhook("h1");
		await engine.advance(minute);

		expect(delivery).toMatchObject({
			state: "cancelled",
			reason: "the endpoint was deleted or switched off",
		});
		expect(delivery?.attempts).toHaveLength(1);
		expect(receiver.requests).toHaveLength(1);
	});

	it("waits as the seed draws it under full jitter, whatever else is drawn", async () => {
		const policy = {
			retry: { delays: [minute, minute, minute], jitter: "full" as const },
		};
		const run = async (seed: string, emitted: number) => {
			const { engine, hook } = await startAcme({ policy }, { seed });
			const receiver = await openReceiver();
			receiver.answer({ status: 500 });
			hook("h1", receiver.url);
			const [delivery] = await emit(engine, "anvil");
			for (let i = 0; i < emitted; i++) engine.send("acme", "thing.lost");
			await engine.advance(60 * minute);
			return times(delivery as Delivery);
		};

		const waits = await run("a", 0);

		expect(await run("a", 3)).toEqual(waits);
		expect(await run("b", 0)).not.toEqual(waits);
		expect(waits).toHaveLength(4);
		for (const [i, at] of waits.slice(1).entries())
			expect(at - (waits[i] as number)).toBeLessThanOrEqual(minute);
	});
});

describe("a receiver that is refused", () => {
	it("is recorded, and never tried again", async () => {
		const { engine, hook } = await startAcme(retrying(second));
		hook("h1", "https://hooks.example.com/a");

		const [delivery] = await emit(engine, "anvil");
		await engine.advance(minute);

		const message = expect.stringContaining(
			"start with --allow-receiver hooks.example.com",
		);
		expect(delivery).toMatchObject({
			state: "failed",
			reason: message,
			attempts: [
				{
					ok: false,
					duration: 0,
					url: "https://hooks.example.com/a",
					error: { code: "refused-receiver", message },
				},
			],
		});
	});

	it("is reached all the same where it is sent elsewhere", async () => {
		const receiver = await openReceiver();
		const to = `http://127.0.0.1:${receiver.port}`;
		const { engine, hook } = await startAcme(
			{},
			{
				receiverRules: { rewrite: [{ from: "https://hooks.example.com", to }] },
			},
		);
		hook("h1", "https://hooks.example.com/a?b=c");

		const [delivery] = await emit(engine, "anvil");

		expect(receiver.requests[0]).toMatchObject({
			url: "/a?b=c",
			headers: { host: `127.0.0.1:${receiver.port}` },
		});
		expect(delivery).toMatchObject({
			state: "delivered",
			url: "https://hooks.example.com/a?b=c",
			attempts: [{ url: `${to}/a?b=c` }],
		});
	});
});

describe("an answer", () => {
	it.each<[string, Partial<DeliveryPolicy>, number, string]>([
		["200 is a success by default", {}, 200, "delivered"],
		["204 is one", {}, 204, "delivered"],
		["302 is none", {}, 302, "failed"],
		["204 is none where 200 alone is", { success: [200] }, 204, "failed"],
		[
			"410 is one where it is named",
			{ success: ["2xx", 410] },
			410,
			"delivered",
		],
	])("%s", async (_, policy, status, state) => {
		const { engine, hook } = await startAcme({ policy });
		const receiver = await openReceiver();
		hook("h1", receiver.url);
		receiver.answer({ status });

		const [delivery] = await emit(engine, "anvil");

		expect(delivery?.state).toBe(state);
	});

	it.each<[string, StatusPattern[], number, string]>([
		["410", [410], 410, "failed"],
		["404, of a class", ["4xx"], 404, "failed"],
		["500, of another class", ["4xx"], 500, "pending"],
		["429, which is in no class", ["4xx"], 429, "pending"],
		["429, by name", [429], 429, "failed"],
	])(
		"ends the retries where the provider says so: %s",
		async (_, stop, status, state) => {
			const { policy } = retrying(second);
			const { engine, hook } = await startAcme({ policy: { ...policy, stop } });
			const receiver = await openReceiver();
			hook("h1", receiver.url);
			receiver.answer({ status });

			const [delivery] = await emit(engine, "anvil");

			expect(delivery?.state).toBe(state);
			if (state === "failed")
				expect(delivery?.reason).toBe(
					`the provider gives up after an answer of ${status}`,
				);
		},
	);

	const date = new Date(startOfTest + 30 * second).toUTCString();
	it.each<[string, boolean, string, number]>([
		["in seconds", true, "20", 20 * second],
		["as a date", true, date, 30 * second],
		["of less than the schedule", true, "1", 10 * second],
		["that is none", true, "soon", 10 * second],
		["of a negative time", true, "-20", 10 * second],
		["where the provider ignores it", false, "20", 10 * second],
	])(
		"puts the next attempt off by Retry-After %s",
		async (_, retryAfter, header, at) => {
			const { policy } = retrying(10 * second);
			const { engine, hook } = await startAcme({
				policy: { ...policy, retryAfter },
			});
			const receiver = await openReceiver();
			hook("h1", receiver.url);
			receiver.answer({ status: 503, headers: { "retry-after": header } });

			const [delivery] = await emit(engine, "anvil");

			expect(delivery?.nextAt).toBe(startOfTest + at);
		},
	);

	it.each([
		["60", "pending"],
		["61", "failed"],
	])(
		"puts no attempt off beyond the end of the retries by Retry-After: %s",
		async (header, state) => {
			const { engine, hook } = await startAcme({
				policy: {
					retry: { delays: [second], jitter: "none", maxElapsed: minute },
					retryAfter: true,
				},
			});
			const receiver = await openReceiver();
			hook("h1", receiver.url);
			receiver.answer({ status: 503, headers: { "retry-after": header } });

			const [delivery] = await emit(engine, "anvil");

			expect(delivery?.state).toBe(state);
		},
	);
});
