import { createHash, createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, expect, it, onTestFinished, test } from "vitest";
import { install } from "../../src/catalog.ts";
import type { OptionSpec } from "../../src/contract/fidelity.ts";
import type { Delivery } from "../../src/contract/records.ts";
import type {
	Exchange,
	Outgoing,
	Transport,
} from "../../src/delivery/exchange.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { unsafeUrls } from "../support/arbitraries.ts";
import { type Caller, startOfTest } from "../support/engine.ts";
import { anyFace, type Face, faces } from "../support/faces.ts";
import { messageOf } from "../support/message.ts";
import { startPythonReceiver, withoutPython } from "../support/python.ts";
import {
	type Answering,
	type ReceivedRequest,
	startReceiver,
} from "../support/receiver.ts";

const uuid =
	/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const key = "11111111-2222-4333-8444-555555555555";
const header = "x-openformat-signature";
const unused = "http://127.0.0.1:9/hooks";
const json = { "content-type": "application/json" };
const minute = 60_000;

const fixture = (name: string) =>
	readFile(
		new URL(`../../fixtures/openformat/${name}.json`, import.meta.url),
		"utf8",
	);

/** Written from the document, not from our signer. */
const signatures: Record<string, (secret: string, signed: string) => string> = {
	"hmac-text-key": (secret, signed) =>
		createHmac("sha256", secret).update(signed).digest("base64"),
	"hmac-bytes-key": (secret, signed) =>
		createHmac("sha256", Buffer.from(secret.split("-").join(""), "hex"))
			.update(signed)
			.digest("base64"),
	"sha256-secret-body": (secret, signed) =>
		createHash("sha256").update(`${secret}${signed}`).digest("base64"),
	"sha256-body-secret": (secret, signed) =>
		createHash("sha256").update(`${signed}${secret}`).digest("base64"),
};

/** What a receiver answers to a test. */
function challenge(request: ReceivedRequest): Answering {
	return {
		headers: json,
		body: JSON.stringify({ challenge: request.headers[header] }),
	};
}

async function receiving(
	...answers: Parameters<Awaited<ReturnType<typeof startReceiver>>["answer"]>
) {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	if (answers.length > 0) receiver.answer(...answers);
	return receiver;
}

/** In place of the network, for what a receiver on loopback could only show in real time. */
function recording(
	answer: (request: Outgoing) => Promise<Exchange>,
): Transport & { timeouts: number[] } {
	const timeouts: number[] = [];
	return {
		timeouts,
		post(request, done) {
			timeouts.push(request.timeout);
			void answer(request).then(done);
		},
		close: async () => {},
	};
}

const tooLate = async (): Promise<Exchange> => ({
	error: { code: "timeout", message: "no complete answer" },
});

const states = (engine: Engine) =>
	[...engine.journal.newest()].map(({ state }) => state);
const secretOf = async (call: Caller): Promise<string> =>
	(await call("GET", "/v1/webhook/secret")).body.webhook_secret;
const failure = (text: RegExp) => ({
	status: "failed",
	error: expect.stringMatching(text),
});

describe.each(faces)("OpenFormat through the $face", ({ open }) => {
	async function start(options?: Parameters<Face["open"]>[1]) {
		const { engine, caller } = await open("openformat", options);
		return { engine, caller, call: caller({ "x-api-key": key }) };
	}

	describe("the secret", () => {
		it("exists from the start and stays until it is replaced", async () => {
			const { call } = await start();
			const first = await call("GET", "/v1/webhook/secret");
			const again = await call("GET", "/v1/webhook/secret");
			expect(first.status).toBe(200);
			expect(first.body).toEqual({
				status: "success",
				webhook_secret: expect.stringMatching(uuid),
			});
			expect(again.body).toEqual(first.body);
		});

		it("is replaced with a 200", async () => {
			const { call } = await start();
			const before = await secretOf(call);
			const replaced = await call("POST", "/v1/webhook/secret");
			expect(replaced.status).toBe(200);
			expect(replaced.body).toEqual({
				status: "success",
				webhook_secret: expect.stringMatching(uuid),
			});
			expect(replaced.body.webhook_secret).not.toBe(before);
			expect(await secretOf(call)).toBe(replaced.body.webhook_secret);
		});

		it("signs retries of what was sent under the one before", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine, call } = await start({
				receiver: receiver.url,
				options: { retry: "assumed" },
			});
			const before = await secretOf(call);
			engine.send("openformat", "transaction");
			await engine.idle();
			await call("POST", "/v1/webhook/secret");
			await engine.advance(minute);
			const sign = signatures["hmac-text-key"] as (
				secret: string,
				signed: string,
			) => string;
			const bodies = receiver.requests.map(({ body }) => String(body));
			expect(receiver.requests.map(({ headers }) => headers[header])).toEqual([
				sign(before, bodies[0] as string),
				sign(await secretOf(call), bodies[1] as string),
			]);
		});

		it("does not exist under initialSecret=none until it is made, and nothing is sent before", async () => {
			const receiver = await receiving(challenge);
			const { engine, call } = await start({
				options: { initialSecret: "none", verification: "off" },
			});
			await call("POST", "/v1/webhook", { url: receiver.url });
			const absent = await call("GET", "/v1/webhook/secret");
			expect([absent.status, absent.body]).toEqual([
				404,
				failure(/POST \/webhook\/secret/),
			]);
			const refused = await call("POST", "/v1/webhook/1/test");
			expect([refused.status, refused.body]).toEqual([
				400,
				failure(/no webhook secret/),
			]);
			expect(engine.send("openformat", "transaction").deliveries).toEqual([]);
			expect(
				engine
					.session("openformat")
					.provider.secrets(engine.session("openformat").context),
			).toEqual([]);

			await call("POST", "/v1/webhook/secret");
			expect((await call("POST", "/v1/webhook/1/test")).status).toBe(200);
			engine.send("openformat", "transaction");
			await engine.idle();
			expect(states(engine)).toEqual(["delivered", "delivered"]);
		});

		it("is made for the receiver from the start under initialSecret=none", async () => {
			const { call } = await start({
				receiver: unused,
				options: { initialSecret: "none" },
			});
			expect(await secretOf(call)).toMatch(uuid);
		});
	});

	describe("a webhook", () => {
		it("is created disabled, with a 201", async () => {
			const { call } = await start();
			const created = await call("POST", "/v1/webhook", {
				url: unused,
				events: ["transaction"],
			});
			expect(created.status).toBe(201);
			expect(JSON.stringify(created.body)).toBe(
				`{"status":"success","webhook":{"id":1,"url":"${unused}","events":["transaction"],` +
					`"disabled":true,"disabled_at":"2026-11-20 10:15:30+00","created_at":"2026-11-20 10:15:30+00"}}`,
			);
		});

		it.each([
			[1, "2026-11-20 10:15:30.001+00"],
			[550, "2026-11-20 10:15:30.55+00"],
			[10_000, "2026-11-20 10:15:40+00"],
		])(
			"writes the time %i ms later as PostgreSQL does",
			async (later, text) => {
				const { engine, call } = await start();
				await engine.advance(later);
				expect(
					(await call("POST", "/v1/webhook", { url: unused })).body.webhook
						.created_at,
				).toBe(text);
			},
		);

		it("gets the next number as its id and is found under it, below either prefix", async () => {
			const { call } = await start();
			await call("POST", "/v1/webhook", { url: unused });
			const second = await call("POST", "/api/v1/webhook", {
				url: `${unused}/2`,
			});
			const found = await call("GET", "/v1/webhook/2");
			expect(second.body.webhook.id).toBe(2);
			expect(found.status).toBe(200);
			expect(found.body).toEqual(second.body);
			expect((await call("GET", "/api/v1/webhook/2")).body).toEqual(
				second.body,
			);
		});

		it.each(["abc", "2", "01", "1.0", "-1", "%20"])(
			"is not found under the id %s",
			async (id) => {
				const { call } = await start();
				await call("POST", "/v1/webhook", { url: unused });
				const answers = [
					await call("GET", `/v1/webhook/${id}`),
					await call("PUT", `/v1/webhook/${id}`, { url: unused }),
					await call("POST", `/v1/webhook/${id}/test`),
				];
				for (const { status, body } of answers) {
					expect([status, body]).toEqual([
						404,
						failure(/There is no webhook "/),
					]);
				}
			},
		);

		it.each([
			["absent", undefined, []],
			["empty", [], []],
			["listed", ["transaction"], ["transaction"]],
			[
				"listed twice",
				["transaction", "transaction"],
				["transaction", "transaction"],
			],
		])(
			"hears of a transaction once when its events are %s",
			async (_, events, shown) => {
				const { engine, call } = await start({
					options: { verification: "off" },
				});
				const created = await call("POST", "/v1/webhook", {
					url: unused,
					events,
				});
				const { deliveries } = engine.send("openformat", "transaction");
				expect(created.body.webhook.events).toEqual(shown);
				expect(deliveries).toHaveLength(1);
			},
		);

		it.each([
			["no URL", {}, /"url" is required/],
			[
				"an empty URL",
				{ url: "" },
				/"url" must NOT have fewer than 1 characters/,
			],
			["a number for a URL", { url: 5 }, /"url" must be string/],
			[
				"no URL at all",
				{ url: "example" },
				/"url" must be an https:\/\/ or http:\/\/ URL.*"example" is not/,
			],
			[
				"another protocol",
				{ url: "ftp://127.0.0.1/" },
				/"url" must be .*"ftp:/,
			],
			...unsafeUrls.map(
				(url) =>
					[`the URL ${JSON.stringify(url)}`, { url }, /"url" must be /] as [
						string,
						object,
						RegExp,
					],
			),
			[
				"an event nobody can subscribe to",
				{ url: unused, events: ["test"] },
				/"events.0" must be one of "transaction"/,
			],
			[
				"events that are no list",
				{ url: unused, events: "transaction" },
				/"events" must be array/,
			],
			["a list for a body", [], /Body: must be object/],
			["no body", undefined, /Body: a body is required/],
			["half a body", '{"url":', /cannot be read: the body is not JSON/],
		])("is refused for %s", async (_, body, text) => {
			const { call } = await start();
			const refused = await call("POST", "/v1/webhook", body);
			expect([refused.status, refused.body]).toEqual([400, failure(text)]);
			expect((await call("GET", "/v1/webhook/1")).status).toBe(404);
		});

		it.each([{ strict: true }, { options: { receivers: "https" } }])(
			"has to be https under %o",
			async (options) => {
				const { call } = await start(options);
				const refused = await call("POST", "/v1/webhook", { url: unused });
				expect([refused.status, refused.body]).toEqual([
					400,
					failure(/must be an https:\/\/ URL/),
				]);
				const created = await call("POST", "/v1/webhook", {
					url: "https://127.0.0.1/hooks",
				});
				expect(created.status).toBe(201);
				const moved = await call("PUT", "/v1/webhook/1", { url: unused });
				expect(moved.status).toBe(400);
			},
		);

		it("of a receiver over http can still be updated under strictness", async () => {
			const { call } = await start({ strict: true, receiver: unused });
			const updated = await call("PUT", "/v1/webhook/1", {
				events: ["transaction"],
			});
			expect(updated.body.webhook).toMatchObject({
				url: unused,
				events: ["transaction"],
			});
		});

		it("cannot be enabled by its input", async () => {
			const { call } = await start();
			await call("POST", "/v1/webhook", { url: unused, disabled: false });
			const updated = await call("PUT", "/v1/webhook/1", {
				disabled: false,
				disabled_at: null,
			});
			expect(updated.body.webhook).toMatchObject({
				disabled: true,
				disabled_at: "2026-11-20 10:15:30+00",
			});
		});
	});

	describe("an update", () => {
		it("changes the events alone", async () => {
			const { call } = await start({ receiver: unused });
			const updated = await call("PUT", "/v1/webhook/1", {
				events: ["transaction"],
			});
			expect(updated.status).toBe(200);
			expect(updated.body.webhook).toMatchObject({
				id: 1,
				url: unused,
				events: ["transaction"],
				disabled: false,
			});
			expect((await call("GET", "/v1/webhook/1")).body).toEqual(updated.body);
		});

		it.each([{}, { url: unused }])(
			"leaves an enabled webhook as it is when it says %o",
			async (body) => {
				const { call } = await start({ receiver: unused });
				const before = await call("GET", "/v1/webhook/1");
				const updated = await call("PUT", "/v1/webhook/1", body);
				expect(updated.body).toEqual(before.body);
			},
		);

		it("disables a webhook whose URL it changes, and cancels what waits for it", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine, call } = await start({
				receiver: receiver.url,
				options: { retry: "assumed" },
			});
			engine.send("openformat", "transaction");
			await engine.advance(1000);
			const updated = await call("PUT", "/v1/webhook/1", { url: unused });
			expect(updated.body.webhook).toMatchObject({
				url: unused,
				disabled: true,
				disabled_at: "2026-11-20 10:15:31+00",
				created_at: "2026-11-20 10:15:30+00",
			});
			await engine.advance(minute);
			expect(states(engine)).toEqual(["cancelled"]);
			expect(receiver.requests).toHaveLength(1);
		});

		it("keeps the time a webhook was disabled first", async () => {
			const { engine, call } = await start();
			await call("POST", "/v1/webhook", { url: unused });
			await engine.advance(1000);
			const updated = await call("PUT", "/v1/webhook/1", {
				url: `${unused}/new`,
			});
			expect(updated.body.webhook.disabled_at).toBe("2026-11-20 10:15:30+00");
		});

		it("leaves a webhook enabled under verification=off", async () => {
			const { call } = await start({ options: { verification: "off" } });
			await call("POST", "/v1/webhook", { url: unused });
			const updated = await call("PUT", "/v1/webhook/1", {
				url: `${unused}/new`,
			});
			expect(updated.body.webhook).toMatchObject({
				url: `${unused}/new`,
				disabled: false,
				disabled_at: null,
			});
		});

		it.each([
			[{ url: "example" }, /"example" is not/],
			[{ events: ["other"] }, /"events.0" must be one of "transaction"/],
			[undefined, /a body is required/],
		])("is refused for %o and changes nothing", async (body, text) => {
			const { call } = await start({ receiver: unused });
			const before = await call("GET", "/v1/webhook/1");
			const refused = await call("PUT", "/v1/webhook/1", body);
			expect([refused.status, refused.body]).toEqual([400, failure(text)]);
			expect((await call("GET", "/v1/webhook/1")).body).toEqual(before.body);
		});
	});

	describe("a test", () => {
		it("sends the documented bytes and enables the webhook", async () => {
			const receiver = await receiving(challenge);
			const { engine, call } = await start();
			await call("POST", "/v1/webhook", { url: receiver.url });
			const passed = await call("POST", "/v1/webhook/1/test");

			expect(passed.status).toBe(200);
			expect(passed.body.webhook).toMatchObject({
				id: 1,
				disabled: false,
				disabled_at: null,
			});
			const [request] = receiver.requests as [ReceivedRequest];
			const sent = String(request.body);
			expect(sent).toMatch(
				/^\{"event":"test","idempotency_key":"[0-9a-f-]{36}","payload":null\}$/,
			);
			expect(request.method).toBe("POST");
			expect(request.headers["content-type"]).toBe("application/json");
			expect(request.headers[header]).toBe(
				createHmac("sha256", await secretOf(call))
					.update(sent)
					.digest("base64"),
			);
			engine.send("openformat", "transaction");
			await engine.idle();
			expect(receiver.requests).toHaveLength(2);
		});

		it("has to be passed before anything is delivered", async () => {
			const { engine, call } = await start();
			await call("POST", "/v1/webhook", { url: unused });
			expect(engine.send("openformat", "transaction").deliveries).toEqual([]);
			expect(engine.send("openformat", "test").deliveries).toEqual([]);
		});

		it.each([
			["a charset", 200, "Application/JSON; charset=utf-8"],
			["another success", 201, "application/json"],
		])("is passed with %s", async (_, status, type) => {
			const receiver = await receiving((request) => ({
				...challenge(request),
				status,
				headers: { "content-type": type },
			}));
			const { call } = await start();
			await call("POST", "/v1/webhook", { url: receiver.url });
			expect((await call("POST", "/v1/webhook/1/test")).status).toBe(200);
		});

		it.each<[string, (request: ReceivedRequest) => Answering, RegExp]>([
			[
				"an error",
				(request) => ({ ...challenge(request), status: 500 }),
				/status is 500/,
			],
			[
				"a redirect",
				() => ({ status: 302, headers: { location: "/elsewhere" } }),
				/status is 302/,
			],
			[
				"no content type",
				(request) => ({ body: challenge(request).body as string }),
				/has no content type/,
			],
			[
				"JSON as text",
				(request) => ({
					...challenge(request),
					headers: { "content-type": "text/plain" },
				}),
				/"text\/plain"/,
			],
			[
				"a longer type",
				(request) => ({
					...challenge(request),
					headers: { "content-type": "application/jsonl" },
				}),
				/jsonl/,
			],
			["an empty body", () => ({ headers: json }), /not a JSON object/],
			[
				"broken JSON",
				() => ({ headers: json, body: '{"challenge":' }),
				/not a JSON object/,
			],
			["null", () => ({ headers: json, body: "null" }), /not a JSON object/],
			[
				"a list",
				() => ({ headers: json, body: '["challenge"]' }),
				/not a JSON object/,
			],
			[
				"bytes that are no text",
				() => ({ headers: json, body: "\u0000\ufffd" }),
				/not a JSON object/,
			],
			[
				"another object",
				() => ({ headers: json, body: '{"ok":true}' }),
				/has no "challenge"/,
			],
			[
				"the event back",
				({ body }) => ({ headers: json, body: String(body) }),
				/has no "challenge"/,
			],
			[
				"another challenge",
				() => ({ headers: json, body: '{"challenge":"abc"}' }),
				/is not the value/,
			],
			[
				"a challenge that is no text",
				() => ({ headers: json, body: '{"challenge":[null]}' }),
				/is not the value/,
			],
			[
				"a body of which 64 KiB are kept",
				() => ({
					headers: json,
					body: `{"challenge":"${"x".repeat(100_000)}"}`,
				}),
				/JSON object/,
			],
		])("is not passed with %s", async (_, answer, text) => {
			const receiver = await receiving(answer);
			const { call } = await start();
			await call("POST", "/v1/webhook", { url: receiver.url });
			const refused = await call("POST", "/v1/webhook/1/test");
			expect([refused.status, refused.body]).toEqual([400, failure(text)]);
			expect((await call("GET", "/v1/webhook/1")).body.webhook.disabled).toBe(
				true,
			);
			expect(receiver.requests).toHaveLength(1);
		});

		it.each([
			["nobody listens", unused, /no answer came: /],
			[
				"the receiver is not allowed",
				"http://example.com/hooks",
				/no answer came: "example.com" is neither loopback/,
			],
		])("is not passed when %s", async (_, url, text) => {
			const { call } = await start();
			await call("POST", "/v1/webhook", { url });
			const refused = await call("POST", "/v1/webhook/1/test");
			expect([refused.status, refused.body]).toEqual([400, failure(text)]);
		});

		it("is given five seconds", async () => {
			const transport = recording(tooLate);
			const { call } = await start({ transport: () => transport });
			await call("POST", "/v1/webhook", { url: unused });
			const refused = await call("POST", "/v1/webhook/1/test");
			expect([refused.status, refused.body]).toEqual([
				400,
				failure(/no answer came: no complete answer/),
			]);
			expect(transport.timeouts).toEqual([5000]);
		});

		it("leaves an enabled webhook enabled when it is not passed", async () => {
			const { call } = await start({ receiver: unused });
			expect((await call("POST", "/v1/webhook/1/test")).status).toBe(400);
			expect((await call("GET", "/v1/webhook/1")).body.webhook.disabled).toBe(
				false,
			);
		});

		it("does not enable a webhook whose URL was changed meanwhile", async () => {
			const transport = recording(async ({ headers }) => {
				await call("PUT", "/v1/webhook/1", { url: `${unused}/new` });
				const body = Buffer.from(
					JSON.stringify({ challenge: headers[header] }),
				);
				return {
					response: { status: 200, headers: json, body, truncated: false },
				};
			});
			const { call } = await start({ transport: () => transport });
			await call("POST", "/v1/webhook", { url: unused });
			const refused = await call("POST", "/v1/webhook/1/test");
			expect([refused.status, refused.body]).toEqual([
				400,
				failure(/URL was changed meanwhile/),
			]);
			expect((await call("GET", "/v1/webhook/1")).body.webhook).toMatchObject({
				url: `${unused}/new`,
				disabled: true,
			});
		});
	});

	describe("a delivery", () => {
		it("has the documented body, to the byte, and a signature of it", async () => {
			const receiver = await receiving();
			const { engine, call } = await start({ receiver: receiver.url });
			const { event } = engine.send("openformat", "transaction");
			await engine.idle();

			const { payload } = JSON.parse(await fixture("transaction"));
			const [request] = receiver.requests as [ReceivedRequest];
			const sent = String(request.body);
			expect(event.id).toMatch(uuid);
			expect(sent).toBe(
				`{"event":"transaction","idempotency_key":"${event.id}","payload":${JSON.stringify(payload)}}`,
			);
			expect(request.method).toBe("POST");
			expect(request.url).toBe("/hooks");
			expect(request.headers["content-type"]).toBe("application/json");
			expect(request.headers[header]).toBe(
				createHmac("sha256", await secretOf(call))
					.update(sent)
					.digest("base64"),
			);
			expect(states(engine)).toEqual(["delivered"]);
		});

		it("has its fields in the documented order, whatever the user's own body has", async () => {
			const { engine } = await start({ receiver: unused });
			const { payload } = JSON.parse(await fixture("transaction"));
			const request = { payload: { payload, idempotency_key: "twice" } };
			const { deliveries } = engine.send("openformat", "transaction", request);
			expect(String(deliveries[0]?.body)).toBe(
				`{"event":"transaction","idempotency_key":"twice","payload":${JSON.stringify(payload)}}`,
			);
		});

		it("goes to every enabled webhook under the same key", async () => {
			const { engine, call } = await start({
				options: { verification: "off" },
			});
			await call("POST", "/v1/webhook", { url: unused });
			await call("POST", "/v1/webhook", { url: `${unused}/2` });
			const { event, deliveries } = engine.send("openformat", "transaction");
			expect(deliveries.map(({ url }) => url)).toEqual([unused, `${unused}/2`]);
			expect(
				deliveries.map(({ body }) => JSON.parse(String(body)).idempotency_key),
			).toEqual([event.id, event.id]);
		});

		it("of a test made by hand goes to what is enabled", async () => {
			const receiver = await receiving();
			const { engine, call } = await start({ receiver: receiver.url });
			await call("POST", "/v1/webhook", { url: unused });
			engine.send("openformat", "test");
			await engine.idle();
			expect(
				receiver.requests.map(({ body }) => JSON.parse(String(body))),
			).toEqual([
				{
					event: "test",
					idempotency_key: expect.stringMatching(uuid),
					payload: null,
				},
			]);
			expect(engine.journal.size).toBe(1);
		});

		it.each([
			[204, "delivered"],
			[299, "delivered"],
			[302, "failed"],
			[410, "failed"],
			[500, "failed"],
		])(
			"that is answered with %i is %s, after one attempt",
			async (status, state) => {
				const receiver = await receiving({ status });
				const { engine, call } = await start({ receiver: receiver.url });
				engine.send("openformat", "transaction");
				await engine.advance(24 * 60 * minute);
				expect(states(engine)).toEqual([state]);
				expect(receiver.requests).toHaveLength(1);
				expect((await call("GET", "/v1/webhook/1")).body.webhook.disabled).toBe(
					false,
				);
			},
		);

		it("is retried after 1, 5 and 30 minutes under retry=assumed, with the same bytes", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine } = await start({
				receiver: receiver.url,
				options: { retry: "assumed" },
			});
			engine.send("openformat", "transaction");
			await engine.advance(24 * 60 * minute);
			const [delivery] = [...engine.journal.newest()] as [Delivery];
			expect(delivery.attempts.map(({ at }) => at - startOfTest)).toEqual(
				[0, 1, 6, 36].map((after) => after * minute),
			);
			expect(
				new Set(
					receiver.requests.map(
						({ body, headers }) => `${body} ${headers[header]}`,
					),
				).size,
			).toBe(1);
			expect(receiver.requests).toHaveLength(4);
			expect(delivery.state).toBe("failed");
		});

		it("is given five seconds", async () => {
			const transport = recording(tooLate);
			const { engine } = await start({
				receiver: unused,
				transport: () => transport,
			});
			engine.send("openformat", "transaction");
			await engine.idle();
			expect(transport.timeouts).toEqual([5000]);
			expect(states(engine)).toEqual(["failed"]);
		});

		it.each(Object.entries(signatures))(
			"is signed with %s when that formula is chosen",
			async (formula, sign) => {
				const receiver = await receiving();
				const { engine, call } = await start({
					receiver: receiver.url,
					options: { formula },
				});
				engine.send("openformat", "transaction");
				await engine.idle();
				const [request] = receiver.requests as [ReceivedRequest];
				expect(request.headers[header]).toBe(
					sign(await secretOf(call), String(request.body)),
				);
			},
		);
	});

	describe("an API key", () => {
		it.each([
			["missing", {}, /X-API-KEY header is missing/],
			["empty", { "x-api-key": "" }, /X-API-KEY header is missing/],
			[
				"in another header",
				{ authorization: `Bearer ${key}` },
				/X-API-KEY header is missing/,
			],
			[
				"too short",
				{ "x-api-key": "1234567" },
				/is not an API key of 8 to 256/,
			],
			["too long", { "x-api-key": "x".repeat(257) }, /is not an API key/],
			["in two parts", { "x-api-key": "Bearer 12345678" }, /is not an API key/],
		])("that is %s is refused everywhere", async (_, headers, text) => {
			const { caller } = await start({ receiver: unused });
			const call = caller(headers);
			const answers = [
				await call("POST", "/v1/webhook", { url: unused }),
				await call("GET", "/v1/webhook/1"),
				await call("PUT", "/v1/webhook/1", {}),
				await call("POST", "/v1/webhook/1/test"),
				await call("GET", "/v1/webhook/secret"),
				await call("POST", "/v1/webhook/secret"),
			];
			for (const { status, body } of answers)
				expect([status, body]).toEqual([401, failure(text)]);
		});

		it("that is made up is accepted, and belongs to the same account as any other", async () => {
			const { caller, call } = await start();
			const other = await caller({ "x-api-key": "my-own-key" })(
				"GET",
				"/v1/webhook/secret",
			);
			expect(other.status).toBe(200);
			expect(other.body.webhook_secret).toBe(await secretOf(call));
		});

		it.each([{ strict: true }, { options: { keys: "uuid" } }])(
			"has to be a UUID under %o",
			async (options) => {
				const { caller } = await start(options);
				const refused = await caller({ "x-api-key": "my-own-key" })(
					"GET",
					"/v1/webhook/secret",
				);
				expect([refused.status, refused.body]).toEqual([
					401,
					failure(/is not a UUID/),
				]);
				expect(
					(
						await caller({ "x-api-key": key.toUpperCase() })(
							"GET",
							"/v1/webhook/secret",
						)
					).status,
				).toBe(200);
			},
		);

		it("has to be a pinned one when there are some", async () => {
			const { caller } = await start({
				credentials: ["first-key", "second-key"],
				strict: true,
			});
			const get = async (token: string) =>
				(await caller({ "x-api-key": token })("GET", "/v1/webhook/secret"))
					.status;
			expect(await get("first-key")).toBe(200);
			expect(await get("second-key")).toBe(200);
			expect(await get("first-keY")).toBe(401);
			expect(await get(key)).toBe(401);
		});

		it("that cannot be one cannot be pinned", async () => {
			await expect(
				open("openformat", { credentials: ["short"] }),
			).rejects.toThrow(/it is not an API key of 8 to 256/);
		});
	});

	describe("a failure", () => {
		const operations = [
			["POST", "/v1/webhook", { url: unused }],
			["GET", "/v1/webhook/1", undefined],
			["PUT", "/v1/webhook/1", { events: ["transaction"] }],
			["POST", "/v1/webhook/1/test", undefined],
			["GET", "/v1/webhook/secret", undefined],
			["POST", "/v1/webhook/secret", undefined],
		] as const;

		it.each(operations)(
			"of the database answers %s %s on request, and nothing changes",
			async (method, path, body) => {
				const { engine, call } = await start({ receiver: unused });
				const before = [
					await secretOf(call),
					(await call("GET", "/v1/webhook/1")).body,
				];
				const refused = await call(method, path, body, {
					prefer: "wait=1, code=500",
				});
				expect(refused.status).toBe(500);
				expect(JSON.stringify(refused.body)).toBe(
					'{"status":"failed","error":"Database operation failed"}',
				);
				expect([
					await secretOf(call),
					(await call("GET", "/v1/webhook/1")).body,
				]).toEqual(before);
				expect((await call("GET", "/v1/webhook/2")).status).toBe(404);
				expect(engine.journal.size).toBe(0);
			},
		);

		it.each(["code=5000", "xcode=500", "return=minimal"])(
			"is not asked for with Prefer: %s",
			async (prefer) => {
				const { call } = await start();
				expect(
					(await call("GET", "/v1/webhook/secret", undefined, { prefer }))
						.status,
				).toBe(200);
			},
		);

		it("of authentication comes before one that is asked for", async () => {
			const { caller } = await start();
			expect(
				(
					await caller()("GET", "/v1/webhook/secret", undefined, {
						prefer: "code=500",
					})
				).status,
			).toBe(401);
		});

		it("of the method names the right ones", async () => {
			const { call } = await start();
			const refused = await call("DELETE", "/v1/webhook/1");
			expect([refused.status, refused.body]).toEqual([
				405,
				failure(/DELETE is not possible here. Use GET or PUT/),
			]);
			expect(refused.headers.allow).toBe("GET, PUT");
		});

		it("of the media type names the right one", async () => {
			const { call } = await start();
			const refused = await call("POST", "/v1/webhook", "url=x", {
				"content-type": "text/plain",
			});
			expect([refused.status, refused.body]).toEqual([
				415,
				failure(/text\/plain"\. Send application\/json/),
			]);
		});

		it("of the path is not OpenFormat's: a slash at the end makes another one", async () => {
			const { call } = await start();
			expect((await call("GET", "/v1/webhook/secret/")).body.code).toBe(
				"unknown-operation",
			);
		});
	});

	describe("a run", () => {
		async function observe(seed?: string) {
			const { engine, call } = await start({
				receiver: unused,
				...(seed !== undefined && { seed }),
			});
			const first = await secretOf(call);
			const second = (await call("POST", "/v1/webhook/secret")).body
				.webhook_secret as string;
			const { event } = engine.send("openformat", "transaction");
			return [first, second, event.id];
		}

		it("gives the same secrets and ids for the same seed, and others for another", async () => {
			const run = await observe("7");
			expect(await observe("7")).toEqual(run);
			const other = await observe("8");
			expect(new Set([...run, ...other]).size).toBe(6);
		});

		it("draws a secret that does not depend on what else was called", async () => {
			const [, second] = await observe("7");
			const { engine, call } = await start({ seed: "7" });
			engine.send("openformat", "transaction");
			expect(
				(await call("POST", "/v1/webhook/secret")).body.webhook_secret,
			).toBe(second);
		});

		it("shares nothing with another", async () => {
			const one = await start();
			const two = await start();
			await one.call("POST", "/v1/webhook", { url: unused });
			await one.call("POST", "/v1/webhook/secret");
			expect((await two.call("GET", "/v1/webhook/1")).status).toBe(404);
			expect(await secretOf(two.call)).not.toBe(await secretOf(one.call));
		});

		it("returns to its start with a reset", async () => {
			const { engine, call } = await start({ receiver: unused });
			const before = await secretOf(call);
			await call("POST", "/v1/webhook/secret");
			await call("POST", "/v1/webhook", { url: unused });
			await call("PUT", "/v1/webhook/1", { url: `${unused}/new` });
			await engine.reset("openformat");
			expect(await secretOf(call)).toBe(before);
			expect((await call("GET", "/v1/webhook/1")).body.webhook).toMatchObject({
				id: 1,
				url: unused,
				disabled: false,
			});
			expect((await call("GET", "/v1/webhook/2")).status).toBe(404);
			expect(
				(await call("POST", "/v1/webhook", { url: unused })).body.webhook.id,
			).toBe(2);
		});
	});
});

describe("OpenFormat's definition", async () => {
	const { provider, fidelity } = await install("openformat");
	const specs: Readonly<Record<string, OptionSpec>> = provider.options;
	const defaults = Object.fromEntries(
		Object.entries(specs).map(([name, spec]) => [name, spec.default]),
	);
	const { vectors } = JSON.parse(await fixture("signatures"));

	it.each<{
		name: string;
		secret: string;
		body: string;
		signature: string;
		valid: boolean;
		options: object;
	}>(vectors)(
		"signs and verifies the vector: $name",
		({ secret, body, signature, valid, options }) => {
			const signer = provider.signer({ ...defaults, ...options });
			const bytes = Buffer.from(body);
			const signed = signer.sign(
				messageOf({ body: bytes, secrets: [secret], at: startOfTest }),
			);
			const verdict = signer.verify({
				headers: { [header]: signature },
				body: bytes,
				secrets: [secret],
			});
			expect(signed[header] === signature).toBe(valid);
			expect(verdict.ok).toBe(valid);
		},
	);

	it.each(["", "[]", "}", "}{"])(
		"does not verify the body %o, which has nothing to sign",
		(body) => {
			const signer = provider.signer(defaults);
			const { [header]: signature } = signer.sign(
				messageOf({
					body: Buffer.from("{}"),
					secrets: [key],
					at: startOfTest,
				}),
			);
			const received = {
				headers: { [header]: signature },
				body: Buffer.from(body),
				secrets: [key],
			};
			expect(signer.verify(received)).toMatchObject({
				ok: false,
				check: "signature",
			});
		},
	);

	it("has a receiver that repeats the signature when it fits, and refuses otherwise", () => {
		const received = {
			headers: { [header]: "c2lnbmVk" },
			body: Buffer.from("{}"),
			secrets: [key],
		};
		expect(provider.receive?.(received, { ok: true })).toEqual({
			status: 200,
			body: { challenge: "c2lnbmVk" },
		});
		const refused = provider.receive?.(received, {
			ok: false,
			check: "signature",
			reason: "it does not fit",
		});
		expect(refused).toEqual({
			status: 401,
			body: { error: "it does not fit" },
		});
	});

	it("gives an example of a key that it would accept", () => {
		expect(
			provider.checkCredential?.(provider.credential.example),
		).toBeUndefined();
	});

	it("names every option in its fidelity record", () => {
		const named = new Set(
			fidelity?.fidelity
				.map(({ option }) => option)
				.filter((option) => option !== undefined),
		);
		expect([...named].sort()).toEqual(Object.keys(provider.options).sort());
	});
});

test.skipIf(withoutPython)(
	"a delivery of OpenFormat's is accepted by a receiver in another language, unless a byte is changed",
	async () => {
		const { engine, caller } = await anyFace.open("openformat");
		const call = caller({ "x-api-key": key });
		const secret = await secretOf(call);
		const python = await startPythonReceiver("openformat", {
			OPENFORMAT_WEBHOOK_SECRET: secret,
		});
		await call("POST", "/v1/webhook", { url: python.url });
		expect((await call("POST", "/v1/webhook/1/test")).status).toBe(200);
		engine.send("openformat", "transaction");
		await engine.idle();

		expect(states(engine)).toEqual(["delivered", "delivered"]);
		for (const { attempts, body } of engine.journal.newest()) {
			const changed = Buffer.from(body);
			changed.writeUInt8(changed.readUInt8(20) ^ 1, 20);
			const post = (bytes: Buffer) =>
				fetch(python.url, {
					method: "POST",
					headers: attempts[0]?.headers ?? {},
					body: new Uint8Array(bytes),
				});
			expect((await post(Buffer.from(body))).status).toBe(200);
			expect((await post(changed)).status).toBe(401);
		}
	},
);
