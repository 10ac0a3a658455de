import { createHash, createHmac } from "node:crypto";
import { readFile } from "node:fs/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { install } from "../../src/catalog.ts";
import type { Exchange, Transport } from "../../src/delivery/exchange.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { signaturesOf } from "../../src/providers/spritz/request-signature.ts";
import { unsafeUrls } from "../support/arbitraries.ts";
import { type Answer, type Caller, startOfTest } from "../support/engine.ts";
import { type Face, faces } from "../support/faces.ts";
import { exchange } from "../support/http.ts";
import { startPythonReceiver, withoutPython } from "../support/python.ts";
import { type ReceivedRequest, startReceiver } from "../support/receiver.ts";

const webhooks = "/v1/integrator/webhooks";
const deliveries = `${webhooks}/deliveries`;
const webhookSecret = "/v1/integrator/webhook-secret";
const regenerateSecret = "/v1/integrator/regenerate-secret";
const unused = "http://127.0.0.1:9/hooks";
const secret = "whsec_abc123def456";
const pinned = { key: "int_abc123", secret: "sk_test_pinned" };
const credentials = [`${pinned.key}:${pinned.secret}`];
const minute = 60_000;
const hour = 60 * minute;
const webhookId = /^[0-9a-f]{24}$/;

/** A request in `fixtures/spritz/signatures.json`. */
interface Vector {
	readonly scheme: string;
	readonly secret: string;
	readonly timestamp: string;
	readonly method: string;
	readonly path: string;
	readonly unsortedPath?: string;
	readonly body: string;
	readonly signature: string;
	readonly valid: boolean;
	readonly options: { readonly emptyBody?: "sha256" };
}

/** Every header of a signed request, with a signature that is only well-formed. */
const unverified = (at = startOfTest, key = "int_test") => ({
	"x-integrator-key": key,
	"x-signature": `sha256=${"0".repeat(64)}`,
	"x-timestamp": String(at),
});

/** Written from the overview and the guide, not from our signer. */
function signed(
	{ key, secret }: { key: string; secret: string },
	method: string,
	target: string,
	body = "",
	{
		at = startOfTest,
		bodyHash = body === ""
			? ""
			: createHash("sha256").update(body).digest("hex"),
	} = {},
): Record<string, string> {
	const text = `${at}.${method}.${target}.${bodyHash}`;
	return {
		"x-integrator-key": key,
		"x-signature": `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`,
		"x-timestamp": String(at),
	};
}

const hex = (key: string, body: Buffer) =>
	createHmac("sha256", key).update(body).digest("hex");
const parsed = ({ requests }: { requests: ReceivedRequest[] }) =>
	requests.map(({ body }) => JSON.parse(String(body)));
const states = (engine: Engine) =>
	[...engine.journal.newest()].map(({ state }) => state);
const fixture = async (type: string) =>
	JSON.parse(
		await readFile(
			new URL(`../../fixtures/spritz/${type}.json`, import.meta.url),
			"utf8",
		),
	);

async function receiving(
	...answers: Parameters<Awaited<ReturnType<typeof startReceiver>>["answer"]>
) {
	const receiver = await startReceiver();
	onTestFinished(() => receiver.close());
	if (answers.length > 0) receiver.answer(...answers);
	return receiver;
}

function recording(answer: Exchange): Transport & { timeouts: number[] } {
	const timeouts: number[] = [];
	return {
		timeouts,
		post({ timeout }, done) {
			timeouts.push(timeout);
			queueMicrotask(() => done(answer));
		},
		close: async () => {},
	};
}

/** What every problem has; the rest is the case's own. */
function problem(
	status: number,
	urn: string,
	title: string,
	more: object = {},
	at = startOfTest,
) {
	return {
		type: urn === "about:blank" ? urn : `urn:problem-type:${urn}`,
		title,
		status,
		detail: expect.any(String),
		instance: `/errors/${at}`,
		...more,
	};
}

function expectUnauthorized(
	{ status, headers, body }: Answer,
	detail: RegExp,
	at = startOfTest,
): void {
	expect(status).toBe(401);
	expect(headers["content-type"]).toBe("application/problem+json");
	const rest = { detail: expect.stringMatching(detail), realm: "API" };
	expect(body).toEqual(
		problem(401, "auth:unauthorized", "Unauthorized", rest, at),
	);
}

function expectInvalid(
	{ status, headers, body }: Answer,
	field: string,
	message: RegExp,
): void {
	expect(status).toBe(400);
	expect(headers["content-type"]).toBe("application/problem+json");
	const errors = [
		{ field, message: expect.stringMatching(message), code: "INVALID_INPUT" },
	];
	expect(body).toEqual(
		problem(400, "validation:invalid-fields", "Validation Error", { errors }),
	);
}

describe.each(faces)("Spritz Finance through the $face", ({ open }) => {
	async function start(options?: Parameters<Face["open"]>[1]) {
		const { engine, caller } = await open("spritz", options);
		return { engine, caller, call: caller(unverified()) };
	}

	async function create(
		call: Caller,
		url: string,
		events?: string[],
	): Promise<string> {
		const created = await call(
			"POST",
			webhooks,
			events === undefined ? { url } : { url, events },
		);
		expect(created.status).toBe(200);
		return created.body.id;
	}

	describe("a webhook", () => {
		it("is created with a 200 and shown in a bare list", async () => {
			const { call } = await start();
			const empty = await call("GET", webhooks);
			const created = await call("POST", webhooks, {
				url: unused,
				events: ["payment.completed", "*"],
			});
			const second = await call("POST", webhooks, {
				url: unused,
				events: ["account.created"],
			});
			const list = await call("GET", webhooks);
			expect([empty.status, empty.body]).toEqual([200, []]);
			expect(created.status).toBe(200);
			expect(created.headers["content-type"]).toMatch("application/json");
			expect(JSON.stringify(created.body)).toBe(
				`{"id":"${created.body.id}","events":["payment.completed","*"],"url":"${unused}","failureCount":0,"disabled":false}`,
			);
			expect(created.body.id).toMatch(webhookId);
			expect(second.body.id).toMatch(webhookId);
			expect(second.body.id).not.toBe(created.body.id);
			expect(list.body).toEqual([created.body, second.body]);
		});

		it("has no events unless some are given, and then receives nothing", async () => {
			const { engine, call } = await start();
			const created = await call("POST", webhooks, { url: unused });
			expect(created.body.events).toEqual([]);
			expect(engine.send("spritz", "payment.completed").deliveries).toEqual([]);
		});

		it("receives the events it names, and `*` all of them, each once", async () => {
			const { engine, call } = await start();
			const some = await create(call, unused, [
				"payment.completed",
				"payment.completed",
				"offramp.failed",
			]);
			const all = await create(call, unused, ["payment.completed", "*"]);
			const completed = engine.send("spritz", "payment.completed");
			const failed = engine.send("spritz", "offramp.failed");
			const created = engine.send("spritz", "account.created");
			const reached = [completed, failed, created].map((event) =>
				event.deliveries.map(({ endpoint }) => endpoint),
			);
			expect(reached).toEqual([[some, all], [some, all], [all]]);
		});

		it.each([
			["no URL", {}, "url", /^url is required/],
			[
				"a URL that is none",
				{ url: "example" },
				"url",
				/^url must match format "uri"/,
			],
			[
				"another protocol",
				{ url: "ftp://a.com/" },
				"url",
				/^url must be an http/,
			],
			...unsafeUrls.map(
				(url) =>
					[`the URL ${JSON.stringify(url)}`, { url }, "url", /^url must/] as [
						string,
						object,
						string,
						RegExp,
					],
			),
			[
				"an unknown event",
				{ url: unused, events: ["payment.lost"] },
				"events.0",
				/must be one of "account.created"/,
			],
			[
				"events that are no list",
				{ url: unused, events: "*" },
				"events",
				/^events must be array/,
			],
			["a body that is no object", [], "body", /^body must be object/],
			["no body", undefined, "body", /required/],
		])("is refused with %s", async (_, body, field, message) => {
			const { call } = await start();
			expectInvalid(await call("POST", webhooks, body), field, message);
			expect((await call("GET", webhooks)).body).toEqual([]);
		});

		it("is refused when the body is not JSON", async () => {
			const { call } = await start();
			const refused = await call("POST", webhooks, '{"url":');
			expect(refused.status).toBe(400);
			const rest = {
				detail: expect.stringMatching(
					/^The request cannot be read: the body is not JSON: /,
				),
				errors: [],
			};
			expect(refused.body).toEqual(
				problem(400, "validation:invalid-request", "Invalid Request", rest),
			);
		});

		it("may come in a form", async () => {
			const { call } = await start();
			const boundary = "----spritz";
			const part = (name: string, value: string) =>
				`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
			const urlEncoded = await call(
				"POST",
				webhooks,
				`url=${encodeURIComponent(unused)}&events=account.created&events=account.deleted`,
				{ "content-type": "application/x-www-form-urlencoded" },
			);
			const multipart = await call(
				"POST",
				webhooks,
				`${part("url", unused)}${part("events[]", "*")}--${boundary}--\r\n`,
				{ "content-type": `multipart/form-data; boundary=${boundary}` },
			);
			expect(urlEncoded.body).toMatchObject({
				url: unused,
				events: ["account.created", "account.deleted"],
			});
			expect(multipart.body).toMatchObject({ url: unused, events: ["*"] });
		});

		it("cannot come as text", async () => {
			const { call } = await start();
			const refused = await call("POST", webhooks, unused, {
				"content-type": "text/plain",
			});
			expect(refused.status).toBe(415);
			expect(refused.body).toEqual(
				problem(415, "about:blank", "Unsupported Media Type"),
			);
			expect(refused.body.detail).toMatch(
				/^The body is "text\/plain"\. Send application\/json or /,
			);
		});
	});

	describe("an update", () => {
		it("replaces the events and nothing else", async () => {
			const { engine, call } = await start();
			const id = await create(call, unused, ["account.created"]);
			const updated = await call("PATCH", `${webhooks}/${id}`, {
				events: ["payment.created"],
				url: "https://other.example/",
				disabled: true,
			});
			expect(updated.status).toBe(200);
			expect(updated.body).toEqual({
				id,
				events: ["payment.created"],
				url: unused,
				failureCount: 0,
				disabled: false,
			});
			expect((await call("GET", webhooks)).body).toEqual([updated.body]);
			expect(engine.send("spritz", "account.created").deliveries).toEqual([]);
			expect(engine.send("spritz", "payment.created").deliveries).toHaveLength(
				1,
			);
		});

		it("needs events", async () => {
			const { call } = await start();
			const id = await create(call, unused, ["*"]);
			expectInvalid(
				await call("PATCH", `${webhooks}/${id}`, {}),
				"events",
				/^events is required/,
			);
			expect((await call("GET", webhooks)).body[0].events).toEqual(["*"]);
		});

		it("keeps what has been delivered so far", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine, call } = await start({ receiver: receiver.url });
			const [{ id }] = (await call("GET", webhooks)).body;
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const updated = await call("PATCH", `${webhooks}/${id}`, { events: [] });
			expect(updated.body.failureCount).toBe(1);
		});
	});

	describe("a deletion", () => {
		it("answers the id, and cancels what waits for the webhook", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine, call } = await start({ receiver: receiver.url });
			const [{ id }] = (await call("GET", webhooks)).body;
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const deleted = await call("DELETE", `${webhooks}/${id}`);
			await engine.advance(hour);
			expect(deleted.status).toBe(200);
			expect(JSON.stringify(deleted.body)).toBe(
				`{"id":"${id}","deleted":true}`,
			);
			expect(
				(await call("GET", webhooks, undefined, unverified(startOfTest + hour)))
					.body,
			).toEqual([]);
			expect(states(engine)).toEqual(["cancelled"]);
			expect(receiver.requests).toHaveLength(1);
		});

		it("leaves the next webhook with an id of its own", async () => {
			const { call } = await start();
			const first = await create(call, unused);
			await call("DELETE", `${webhooks}/${first}`);
			expect(await create(call, unused)).not.toBe(first);
		});
	});

	it.each([
		["PATCH", { events: [] }],
		["DELETE", undefined],
	])("answers %s of an unknown webhook with a 404", async (method, body) => {
		const { call } = await start();
		const refused = await call(method, `${webhooks}/6a85%20b`, body);
		expect(refused.status).toBe(404);
		expect(refused.headers["content-type"]).toBe("application/problem+json");
		const resource = { resourceType: "webhook", resourceId: "6a85 b" };
		expect(refused.body).toEqual(
			problem(404, "resource:not-found", "Not Found", resource),
		);
		expect(refused.body.detail).toBe('There is no webhook "6a85 b".');
	});

	it.each([
		["PUT", webhooks, "GET, POST"],
		["GET", `${webhooks}/6a85c8b76e7637bff6a31957`, "PATCH, DELETE"],
		["GET", webhookSecret, "POST, PUT"],
	])("refuses %s %s with a 405", async (method, path, allowed) => {
		const { call } = await start();
		const refused = await call(method, path);
		expect(refused.status).toBe(405);
		expect(refused.headers["content-type"]).toBe("application/problem+json");
		expect(refused.headers.allow?.split(", ").sort()).toEqual(
			allowed.split(", ").sort(),
		);
		expect(refused.body).toEqual(
			problem(405, "about:blank", "Method Not Allowed"),
		);
	});

	it("refuses a path that is not UTF-8 with a 400", async () => {
		const { call } = await start();
		const refused = await call("DELETE", `${webhooks}/%ff`);
		expect([refused.status, refused.body.title]).toEqual([
			400,
			"Invalid Request",
		]);
	});

	it("does not play a path with a slash at the end", async () => {
		const { call } = await start();
		const refused = await call("GET", `${webhooks}/`);
		expect([refused.status, refused.body.code]).toEqual([
			404,
			"unknown-operation",
		]);
	});

	describe("the webhook secret", () => {
		it("is set by POST with a confirmation, and by PUT with an empty answer", async () => {
			const { call } = await start();
			const posted = await call("POST", webhookSecret, { secret });
			const again = await call("POST", webhookSecret, { secret });
			const put = await call("PUT", webhookSecret, { secret });
			expect([posted.status, posted.reply.body]).toEqual([
				200,
				'{"secretConfigured":true}',
			]);
			expect([again.status, again.reply.body]).toEqual([
				200,
				'{"secretConfigured":true}',
			]);
			expect([put.status, put.reply.body]).toEqual([200, ""]);
		});

		it("may come in a form", async () => {
			const receiver = await receiving();
			const { engine, call } = await start({ receiver: receiver.url });
			const type = { "content-type": "application/x-www-form-urlencoded" };
			expect(
				(await call("POST", webhookSecret, "secret=a%20b%26c", type)).status,
			).toBe(200);
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const [request] = receiver.requests as [ReceivedRequest];
			expect(request.headers.signature).toBe(hex("a b&c", request.body));
		});

		it.each(["POST", "PUT"])(
			"has to have a character, or %s is refused",
			async (method) => {
				const { call } = await start();
				const empty = await call(method, webhookSecret, { secret: "" });
				expectInvalid(
					empty,
					"secret",
					/^secret must NOT have fewer than 1 characters/,
				);
				expectInvalid(
					await call(method, webhookSecret, {}),
					"secret",
					/^secret is required/,
				);
			},
		);

		it("is absent at first, and so is the signature", async () => {
			const receiver = await receiving();
			const { engine, call } = await start();
			await create(call, receiver.url, ["*"]);
			engine.send("spritz", "payment.completed");
			await engine.idle();
			expect(receiver.requests).toHaveLength(1);
			expect(receiver.requests[0]?.headers).not.toHaveProperty("signature");
		});

		it("signs the exact bytes for every webhook", async () => {
			const receiver = await receiving();
			const { engine, call } = await start();
			await create(call, receiver.url, ["*"]);
			await create(call, receiver.url, ["achDebit.authorized"]);
			await call("PUT", webhookSecret, { secret: "clé…" });
			engine.send("spritz", "achDebit.authorized");
			await engine.idle();
			const signatures = receiver.requests.map(
				({ headers }) => headers.signature,
			);
			const [request] = receiver.requests as [ReceivedRequest];
			expect(String(request.body)).toContain("9xQeWv…wM9R");
			expect(signatures).toEqual([
				hex("clé…", request.body),
				hex("clé…", request.body),
			]);
		});

		it("counts at once and alone, for a waiting retry too", async () => {
			const receiver = await receiving({ status: 500 }, { status: 200 });
			const { engine, call } = await start();
			await create(call, receiver.url, ["*"]);
			await call("POST", webhookSecret, { secret: "old" });
			engine.send("spritz", "payment.completed");
			await engine.idle();
			await call("POST", webhookSecret, { secret: "new" });
			await engine.advance(minute);
			const [first, second] = receiver.requests as [
				ReceivedRequest,
				ReceivedRequest,
			];
			expect(second.body).toEqual(first.body);
			expect(first.headers.signature).toBe(hex("old", first.body));
			expect(second.headers.signature).toBe(hex("new", second.body));
			expect(await secretsOf(engine)).toEqual(["new"]);
		});
	});

	describe("a caller", () => {
		it.each([
			["without any header", {}, /^X-Integrator-Key is required/],
			[
				"with a bearer token",
				{ authorization: "Bearer ak_123" },
				/^X-Integrator-Key is required/,
			],
			[
				"with the older key alone",
				{ "x-integration-key": "int_test" },
				/^X-Integrator-Key is required/,
			],
			[
				"with another kind of key",
				{ ...unverified(), "x-integrator-key": "ak_1" },
				/look like int_\.\.\., not "ak_1"/,
			],
			[
				"with half a key",
				{ ...unverified(), "x-integrator-key": "int_" },
				/not "int_"/,
			],
			[
				"without a signature",
				{ ...unverified(), "x-signature": "" },
				/^X-Signature is required/,
			],
			[
				"with a bare signature",
				{ ...unverified(), "x-signature": "0".repeat(64) },
				/^X-Signature must be sha256=/,
			],
			[
				"with upper-case digits",
				{ ...unverified(), "x-signature": `sha256=${"A".repeat(64)}` },
				/^X-Signature must be sha256=/,
			],
			[
				"without a time",
				{ ...unverified(), "x-timestamp": "" },
				/^X-Timestamp is required/,
			],
			[
				"with a date",
				{ ...unverified(), "x-timestamp": "2026-11-20" },
				/Unix milliseconds, not "2026-11-20"/,
			],
			[
				"with seconds",
				unverified(startOfTest / 1000),
				/more than 5 minutes away/,
			],
			[
				"from the past",
				unverified(startOfTest - 5 * minute - 1),
				/more than 5 minutes away/,
			],
			[
				"from the future",
				unverified(startOfTest + 5 * minute + 1),
				/more than 5 minutes away/,
			],
		] as [string, Record<string, string>, RegExp][])(
			"is refused %s",
			async (_, headers, detail) => {
				const { caller } = await start();
				expectUnauthorized(await caller(headers)("GET", webhooks), detail);
			},
		);

		it.each([-5 * minute, 5 * minute])(
			"is accepted %i ms away",
			async (away) => {
				const { caller } = await start();
				expect(
					(await caller(unverified(startOfTest + away))("GET", webhooks))
						.status,
				).toBe(200);
			},
		);

		it("is accepted whatever its Authorization header says", async () => {
			const { call } = await start();
			expect(
				(
					await call("GET", webhooks, undefined, {
						authorization: "Bearer undefined",
					})
				).status,
			).toBe(200);
		});

		it("is refused before its body is looked at", async () => {
			const { caller } = await start();
			expectUnauthorized(
				await caller()("POST", webhooks, '{"url":'),
				/required/,
			);
		});

		it("shares webhooks and secret with every other key", async () => {
			const { call, caller } = await start();
			const id = await create(call, unused);
			const list = await caller(unverified(startOfTest, "int_other"))(
				"GET",
				webhooks,
			);
			expect(list.body).toMatchObject([{ id }]);
		});
	});

	describe("a caller with a pinned credential", () => {
		it("is accepted with a right signature over method, path and body", async () => {
			const { caller } = await start({ credentials });
			const body = JSON.stringify({ url: unused, events: ["*"] });
			const created = await caller(signed(pinned, "POST", webhooks, body))(
				"POST",
				webhooks,
				body,
			);
			const path = `${webhooks}/${created.body.id}`;
			const deleted = await caller(signed(pinned, "DELETE", path))(
				"DELETE",
				path,
			);
			expect([created.status, deleted.status]).toEqual([200, 200]);
		});

		it.each([
			["another method", signed(pinned, "PUT", webhooks)],
			["another path", signed(pinned, "GET", deliveries)],
			["a body", signed(pinned, "GET", webhooks, "{}")],
			["a query", signed(pinned, "GET", `${webhooks}?limit=1`)],
			[
				"another time",
				{
					...signed(pinned, "GET", webhooks),
					"x-timestamp": String(startOfTest + 1),
				},
			],
			[
				"another secret",
				signed({ ...pinned, secret: "sk_test_other" }, "GET", webhooks),
			],
			[
				"the whole credential",
				signed(
					{ ...pinned, secret: credentials[0] as string },
					"GET",
					webhooks,
				),
			],
			["nothing at all", { ...unverified(), "x-integrator-key": pinned.key }],
		])("is refused with a signature of %s", async (_, headers) => {
			const { caller } = await start({ credentials });
			expectUnauthorized(
				await caller(headers)("GET", webhooks),
				/^X-Signature does not match/,
			);
		});

		it("is refused under another key", async () => {
			const { caller } = await start({ credentials });
			const headers = signed({ ...pinned, key: "int_other" }, "GET", webhooks);
			expectUnauthorized(
				await caller(headers)("GET", webhooks),
				/"int_other" belongs to no integrator/,
			);
		});

		it("may pin several, and two secrets of one key", async () => {
			const others = [
				{ key: "int_b", secret: "s:with:colons" },
				{ key: pinned.key, secret: "sk_test_second" },
			];
			const all = [
				...credentials,
				...others.map(({ key, secret }) => `${key}:${secret}`),
			];
			const { caller } = await start({ credentials: all });
			for (const each of [pinned, ...others]) {
				expect(
					(await caller(signed(each, "GET", webhooks))("GET", webhooks)).status,
				).toBe(200);
			}
		});

		it.each([
			["the canonical query", `${deliveries}?cursor=o%27brien%20x&limit=1`],
			["no query, as the guide does", deliveries],
		])("may sign %s", async (_, target) => {
			const { caller } = await start({ credentials });
			const answer = await caller(signed(pinned, "GET", target))(
				"GET",
				`${deliveries}?limit=1&cursor=o'brien+x`,
			);
			expect([answer.status, answer.body.field]).toEqual([400, "cursor"]);
		});

		it("may sign the hash of an empty body, as the guide does", async () => {
			const { caller } = await start({ credentials });
			const bodyHash = createHash("sha256").update("").digest("hex");
			const headers = signed(pinned, "GET", webhooks, "", { bodyHash });
			expect((await caller(headers)("GET", webhooks)).status).toBe(200);
		});

		it("may not leave out the hash of a body that is there", async () => {
			const { caller } = await start({ credentials });
			const body = JSON.stringify({ secret });
			const headers = signed(pinned, "POST", webhookSecret, body, {
				bodyHash: "",
			});
			expectUnauthorized(
				await caller(headers)("POST", webhookSecret, body),
				/does not match/,
			);
		});

		it.each([
			["int_abc123", /no API secret follows its integrator key/],
			["int_abc123:", /no API secret follows its integrator key/],
			["ak_1:secret", /its integrator key does not start with "int_"/],
			["int_:secret", /its integrator key does not start/],
		])(
			"is a key and a secret, so %s cannot be pinned",
			async (credential, message) => {
				await expect(
					open("spritz", { credentials: [credential] }),
				).rejects.toThrow(message);
			},
		);
	});

	describe("authentication=key-only", () => {
		const options = { authentication: "key-only" };

		it("accepts the older key alone, and signed requests", async () => {
			const { call, caller } = await start({ options });
			expect(
				(await caller({ "x-integration-key": "legacy-key" })("GET", webhooks))
					.status,
			).toBe(200);
			expect((await call("GET", webhooks)).status).toBe(200);
			expectUnauthorized(
				await caller({ "x-integration-key": "" })("GET", webhooks),
				/is required/,
			);
		});

		it("accepts only pinned keys where some are pinned", async () => {
			const { caller } = await start({ options, credentials });
			expect(
				(await caller({ "x-integration-key": pinned.key })("GET", webhooks))
					.status,
			).toBe(200);
			expectUnauthorized(
				await caller({ "x-integration-key": "int_other" })("GET", webhooks),
				/"int_other" belongs to no integrator/,
			);
		});
	});

	describe("the API secret", () => {
		/** Calls with a signature that is right by a secret, at a time. */
		const listing = (
			caller: (headers: Record<string, string>) => Caller,
			secret: string,
			at = startOfTest,
		) =>
			caller(signed({ ...pinned, secret }, "GET", webhooks, "", { at }))(
				"GET",
				webhooks,
			);
		const regenerating = (
			caller: (headers: Record<string, string>) => Caller,
			secret: string,
			body: object,
			at = startOfTest,
		) => {
			const text = JSON.stringify(body);
			return caller(
				signed({ ...pinned, secret }, "POST", regenerateSecret, text, { at }),
			)("POST", regenerateSecret, text);
		};

		it("is replaced at once", async () => {
			const { caller } = await start({ credentials });
			const regenerated = await regenerating(caller, pinned.secret, {});
			expect(regenerated.status).toBe(200);
			expect(regenerated.body).toEqual({
				secret: expect.stringMatching(/^sk_test_[A-Za-z0-9]{18}$/),
			});
			expectUnauthorized(
				await listing(caller, pinned.secret),
				/does not match/,
			);
			expect((await listing(caller, regenerated.body.secret)).status).toBe(200);
		});

		it("lives on for the seconds asked for", async () => {
			const { engine, caller } = await start({ credentials });
			const regenerated = await regenerating(caller, pinned.secret, {
				oldSecretValidForSeconds: 300,
			});
			const end = startOfTest + 300_000;
			expect(regenerated.body).toEqual({
				secret: expect.any(String),
				oldSecretExpiresAt: "2026-11-20T10:20:30.000Z",
			});
			await engine.advance(300_000 - 1);
			expect((await listing(caller, pinned.secret, end - 1)).status).toBe(200);
			expect(
				(await listing(caller, regenerated.body.secret, end - 1)).status,
			).toBe(200);
			await engine.advance(1);
			expectUnauthorized(
				await listing(caller, pinned.secret, end),
				/does not match/,
				end,
			);
			expect((await listing(caller, regenerated.body.secret, end)).status).toBe(
				200,
			);
		});

		it("has one predecessor at most", async () => {
			const { caller } = await start({ credentials });
			const second = (
				await regenerating(caller, pinned.secret, {
					oldSecretValidForSeconds: 3600,
				})
			).body.secret;
			const third = (
				await regenerating(caller, second, { oldSecretValidForSeconds: 60 })
			).body.secret;
			expect(third).not.toBe(second);
			expect((await listing(caller, pinned.secret)).status).toBe(401);
			expect((await listing(caller, second)).status).toBe(200);
			const fourth = (
				await regenerating(caller, third, { oldSecretValidForSeconds: 0 })
			).body;
			expect(Object.keys(fourth)).toEqual(["secret"]);
			expect((await listing(caller, third)).status).toBe(401);
			expect((await listing(caller, fourth.secret)).status).toBe(200);
		});

		it("is known once it was regenerated, though no credential is pinned", async () => {
			const { call, caller } = await start();
			const other = caller(unverified(startOfTest, "int_other"));
			const regenerated = await call("POST", regenerateSecret, {});
			expect((await call("GET", webhooks)).status).toBe(401);
			const headers = signed(
				{ key: "int_test", secret: regenerated.body.secret },
				"GET",
				webhooks,
			);
			expect((await call("GET", webhooks, undefined, headers)).status).toBe(
				200,
			);
			expect((await other("GET", webhooks)).status).toBe(200);
		});

		it("may be any until an unknown one expires", async () => {
			const { engine, call, caller } = await start();
			await call("POST", regenerateSecret, { oldSecretValidForSeconds: 1 });
			expect((await call("GET", webhooks)).status).toBe(200);
			await engine.advance(1000);
			expect(
				(await caller(unverified(startOfTest + 1000))("GET", webhooks)).status,
			).toBe(401);
		});

		it("is not the webhook secret", async () => {
			const receiver = await receiving();
			const { engine, call } = await start();
			await create(call, receiver.url, ["*"]);
			await call("POST", webhookSecret, { secret });
			await call("POST", regenerateSecret, {});
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const [request] = receiver.requests as [ReceivedRequest];
			expect(request.headers.signature).toBe(hex(secret, request.body));
		});

		it.each([
			[{ oldSecretValidForSeconds: -1 }, /must be >= 0/],
			[{ oldSecretValidForSeconds: 3601 }, /must be <= 3600/],
			[{ oldSecretValidForSeconds: "300" }, /must be number/],
		])("is not replaced for %o", async (body, message) => {
			const { call } = await start();
			expectInvalid(
				await call("POST", regenerateSecret, body),
				"oldSecretValidForSeconds",
				message,
			);
			expect((await call("GET", webhooks)).status).toBe(200);
		});
	});

	describe("the delivery list", () => {
		it("is empty at first", async () => {
			const { call } = await start();
			const page = await call("GET", deliveries);
			expect([page.status, page.body]).toEqual([
				200,
				{ data: [], hasMore: false, nextCursor: null },
			]);
		});

		it("shows every attempt, newest first, also of a webhook deleted since", async () => {
			const receiver = await receiving({ status: 503 }, { status: 201 });
			const { engine, call, caller } = await start();
			const id = await create(call, receiver.url, ["*"]);
			engine.send("spritz", "payment.completed");
			await engine.advance(minute);
			engine.send("spritz", "offramp.failed");
			await engine.idle();
			const later = caller(unverified(startOfTest + minute));
			await later("DELETE", `${webhooks}/${id}`);
			const page = await later("GET", deliveries);
			const shown = (
				event: string,
				payload: unknown,
				success: boolean,
				responseStatus: number,
				timestamp: string,
			) => ({
				event,
				webhookUrl: receiver.url,
				payload,
				success,
				responseStatus,
				timestamp,
			});
			const [completed, again, failed] = parsed(receiver);
			expect(again).toEqual(completed);
			expect(page.body).toEqual({
				data: [
					shown(
						"offramp.failed",
						failed,
						true,
						201,
						"2026-11-20T10:16:30.000Z",
					),
					shown(
						"payment.completed",
						completed,
						true,
						201,
						"2026-11-20T10:16:30.000Z",
					),
					shown(
						"payment.completed",
						completed,
						false,
						503,
						"2026-11-20T10:15:30.000Z",
					),
				],
				hasMore: false,
				nextCursor: null,
			});
		});

		it.each([
			["timeout", "no complete answer within 10s", 504],
			["connection", "connect ECONNREFUSED 127.0.0.1:9", 500],
		] as const)("classifies a %s", async (code, message, status) => {
			const { engine, call } = await start({
				receiver: unused,
				transport: () => recording({ error: { code, message } }),
			});
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const [record] = (await call("GET", deliveries)).body.data;
			expect(record).toMatchObject({
				success: false,
				error: message,
				responseStatus: status,
			});
		});

		it("orders attempts by their own time, not by their delivery's", async () => {
			const receiver = await receiving({ status: 500 }, { status: 200 });
			const { engine, call } = await start({ receiver: receiver.url });
			engine.send("spritz", "payment.created");
			await engine.advance(minute / 2);
			engine.send("spritz", "payment.completed");
			await engine.advance(minute / 2);
			const { data } = (await call("GET", deliveries)).body;
			const shown = data.map(
				({ event, success }: { event: string; success: boolean }) => [
					event,
					success,
				],
			);
			expect(shown).toEqual([
				["payment.created", true],
				["payment.completed", true],
				["payment.created", false],
			]);
		});

		it("shows the later of two attempts of the same moment first", async () => {
			const receiver = await receiving({ status: 501 }, { status: 502 });
			const { engine, call } = await start({ receiver: receiver.url });
			const { deliveries: sent } = engine.send("spritz", "payment.created");
			await engine.idle();
			await engine
				.session("spritz")
				.context.deliveries.attempt(sent[0]?.id as string);
			const first = await call("GET", `${deliveries}?limit=1`);
			const second = await call(
				"GET",
				`${deliveries}?limit=1&cursor=${first.body.nextCursor}`,
			);
			expect(
				[first, second].map(({ body }) => body.data[0].responseStatus),
			).toEqual([502, 501]);
		});

		it("shows a receiver that localhook refuses as an error", async () => {
			const { engine, call } = await start({
				receiver: "https://hooks.example.com/",
			});
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const [record] = (await call("GET", deliveries)).body.data;
			expect(record).toMatchObject({
				success: false,
				error: expect.stringMatching(/allow-receiver/),
				responseStatus: 500,
			});
			expect(states(engine)).toEqual(["failed"]);
		});

		it("gives pages, which new attempts do not disturb", async () => {
			const receiver = await receiving();
			const { engine, call } = await start({ receiver: receiver.url });
			for (const id of ["1", "2", "3", "4", "5"])
				engine.send("spritz", "payment.completed", { merge: { id } });
			await engine.idle();
			const ids = ({ body }: Answer) =>
				body.data.map((each: { payload: { id: string } }) => each.payload.id);
			const first = await call("GET", `${deliveries}?limit=2`);
			engine.send("spritz", "payment.completed", { merge: { id: "6" } });
			await engine.idle();
			const second = await call(
				"GET",
				`${deliveries}?limit=2&cursor=${first.body.nextCursor}`,
			);
			const third = await call(
				"GET",
				`${deliveries}?limit=2&cursor=${second.body.nextCursor}`,
			);
			expect([first, second, third].map(ids)).toEqual([
				["5", "4"],
				["3", "2"],
				["1"],
			]);
			expect([first, second, third].map(({ body }) => body.hasMore)).toEqual([
				true,
				true,
				false,
			]);
			expect(third.body.nextCursor).toBeNull();
		});

		it("ends exactly with a full page", async () => {
			const receiver = await receiving();
			const { engine, call } = await start({ receiver: receiver.url });
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const page = await call("GET", `${deliveries}?limit=1`);
			expect(page.body).toMatchObject({
				data: [{}],
				hasMore: false,
				nextCursor: null,
			});
		});

		it("has 50 records to a page unless asked, and 100 at most", async () => {
			const receiver = await receiving();
			const { engine, call } = await start({ receiver: receiver.url });
			for (let i = 0; i < 101; i++) engine.send("spritz", "payment.completed");
			await engine.idle();
			const usual = await call("GET", deliveries);
			const most = await call("GET", `${deliveries}?limit=100`);
			expect([usual.body.data.length, usual.body.hasMore]).toEqual([50, true]);
			expect([most.body.data.length, most.body.hasMore]).toEqual([100, true]);
		});

		it.each([
			["0", /must be >= 1/],
			["101", /must be <= 100/],
			["1.5", /must be integer/],
			["many", /must be integer/],
		])("refuses the limit %s", async (limit, message) => {
			const { call } = await start();
			expectInvalid(
				await call("GET", `${deliveries}?limit=${limit}`),
				"limit",
				message,
			);
		});

		it.each([
			"",
			"nonsense",
			Buffer.from("dlv_unknown/1").toString("base64url"),
		])("refuses the cursor %o", async (cursor) => {
			const receiver = await receiving();
			const { engine, call } = await start({ receiver: receiver.url });
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const refused = await call("GET", `${deliveries}?cursor=${cursor}`);
			expect(refused.status).toBe(400);
			expect(refused.headers["content-type"]).toBe("application/problem+json");
			const cause = {
				code: "INVALID_INPUT",
				field: "cursor",
				retryable: false,
			};
			expect(refused.body).toEqual(
				problem(400, "validation:invalid-request", "Invalid Request", cause),
			);
		});
	});

	describe("a delivery", () => {
		it("is a POST of compact JSON with two headers of the provider's own", async () => {
			const receiver = await receiving();
			const { engine, call } = await start({ receiver: receiver.url });
			await call("POST", webhookSecret, { secret });
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const [request] = receiver.requests as [ReceivedRequest];
			expect([request.method, request.url]).toEqual(["POST", "/hooks"]);
			const { userId, id } = await fixture("payment.completed");
			expect(String(request.body)).toBe(
				`{"userId":"${userId}","id":"${id}","eventName":"payment.completed"}`,
			);
			expect(Object.keys(request.headers).sort()).toEqual(
				[
					"connection",
					"content-length",
					"content-type",
					"host",
					"signature",
				].sort(),
			);
			expect(request.headers["content-type"]).toBe("application/json");
			expect(request.headers.signature).toBe(hex(secret, request.body));
			expect(request.headers.signature).toMatch(/^[0-9a-f]{64}$/);
		});

		it("carries the body and the signature of a published vector", async () => {
			const receiver = await receiving();
			const { engine, call } = await start({ receiver: receiver.url });
			const { vectors } = await fixture("signatures");
			const vector = vectors.find(
				({ name }: { name: string }) =>
					name === "resource change, documented ids",
			);
			await call("POST", webhookSecret, { secret: vector.secret });
			const { userId, id } = JSON.parse(vector.body);
			engine.send("spritz", "payment.completed", {
				merge: { userId, id },
			});
			await engine.idle();
			const [request] = receiver.requests as [ReceivedRequest];
			expect([String(request.body), request.headers.signature]).toEqual([
				vector.body,
				vector.signature,
			]);
		});

		it("follows the fixture of its event type, with the parts that are its own", async () => {
			const { provider } = await install("spritz");
			const receiver = await receiving();
			const { engine } = await start({ receiver: receiver.url });
			const types = Object.keys(provider.events);
			expect(types).toHaveLength(30);
			for (const type of types) {
				engine.send("spritz", type);
				await engine.idle();
				const sent = parsed(receiver).at(-1);
				const expected = await fixture(type);
				if ("eventId" in expected) {
					expected.eventId = expect.stringMatching(
						/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
					);
					expected.occurredAt = "2026-11-20T10:15:30.000Z";
					expect(sent.event).toBe(type);
				} else expect(sent.eventName).toBe(type);
				expect(sent).toEqual(expected);
				expect(Object.keys(sent)).toEqual(Object.keys(expected));
			}
		});

		it("names its event in a body of the user's own", async () => {
			const receiver = await receiving();
			const { engine } = await start({ receiver: receiver.url });
			const change = { id: "a", userId: "u" };
			engine.send("spritz", "account.updated", { payload: change });
			engine.send("spritz", "offramp.inFlight", {
				payload: { ...(await fixture("offramp.inFlight")), sequence: 7 },
			});
			await engine.idle();
			const [first, second] = parsed(receiver);
			expect(first).toEqual({ ...change, eventName: "account.updated" });
			expect(second).toMatchObject({
				sequence: 7,
				event: "offramp.inFlight",
				milestone: "in_flight",
			});
		});

		it("gets the id that a body of the user's own leaves out", async () => {
			const receiver = await receiving();
			const { engine } = await start({ receiver: receiver.url });
			const { id, sequence, deposit, ...rest } = await fixture(
				"achDebit.authorized",
			);
			const { id: _, ...anonymous } = deposit;
			engine.send("spritz", "achDebit.authorized", {
				payload: { ...rest, deposit },
			});
			engine.send("spritz", "achDebit.authorized", {
				payload: { ...rest, id, deposit: anonymous },
			});
			await engine.idle();
			expect(
				parsed(receiver).map((body) => [
					body.id,
					body.deposit.id,
					body.sequence,
				]),
			).toEqual([
				[id, id, sequence],
				[id, id, sequence + 1],
			]);
		});

		it("keeps its eventId in retries", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine } = await start({ receiver: receiver.url });
			engine.send("spritz", "achDebit.returned");
			await engine.advance(minute);
			const [first, second] = receiver.requests as [
				ReceivedRequest,
				ReceivedRequest,
			];
			expect(second.body).toEqual(first.body);
		});

		it.each([
			["achDebit.authorized", "deposit"],
			["offramp.completed", "offRamp"],
			["onrampCredit.failed", "onRamp"],
		])(
			"of %s says the same id twice when the user sets one",
			async (type, field) => {
				const receiver = await receiving();
				const { engine } = await start({ receiver: receiver.url });
				engine.send("spritz", type, { merge: { id: "x" } });
				engine.send("spritz", type, { merge: { [field]: { id: "y" } } });
				engine.send("spritz", type, {
					merge: { id: "x", [field]: { id: "z" } },
				});
				await engine.idle();
				expect(
					parsed(receiver).map((body) => [body.id, body[field].id]),
				).toEqual([
					["x", "x"],
					["y", "y"],
					["x", "z"],
				]);
			},
		);

		it.each(["verification.status.updated", "capabilities.updated"])(
			"of %s is about the user",
			async (type) => {
				const receiver = await receiving();
				const { engine } = await start({ receiver: receiver.url });
				engine.send("spritz", type, { merge: { userId: "u1" } });
				engine.send("spritz", type, { merge: { id: "u2" } });
				await engine.idle();
				expect(parsed(receiver)).toEqual([
					{ userId: "u1", id: "u1", eventName: type },
					{ userId: "u2", id: "u2", eventName: type },
				]);
			},
		);
	});

	describe("the sequence", () => {
		async function sequences(...requests: [string, object?][]) {
			const receiver = await receiving();
			const { engine } = await start({ receiver: receiver.url });
			for (const [type, set] of requests) {
				engine.send("spritz", type, {
					merge: set as Record<string, unknown> | undefined,
				});
				await engine.idle();
			}
			return parsed(receiver).map(({ sequence }) => sequence);
		}
		const flow = (id: string, more: object = {}) => ({
			id,
			deposit: { id },
			...more,
		});

		it("rises with each event of one resource", async () => {
			const one = ["achDebit.authorized", flow("a")] as [string, object];
			const other = ["achDebit.authorized", flow("b")] as [string, object];
			expect(await sequences(one, one, other, one, other)).toEqual([
				1, 2, 1, 3, 2,
			]);
		});

		it("starts where the fixture does", async () => {
			expect(
				await sequences(["achDebit.returned"], ["achDebit.authorized"]),
			).toEqual([4, 5]);
		});

		it("goes on from the user's own number, and never falls by itself", async () => {
			const type = "achDebit.authorized";
			const given = [
				flow("a", { sequence: 10 }),
				flow("a"),
				flow("a", { sequence: 3 }),
				flow("a"),
			];
			expect(
				await sequences(...given.map((set) => [type, set] as [string, object])),
			).toEqual([10, 11, 3, 13]);
		});

		it("rises however the resource is named", async () => {
			const type = "achDebit.authorized";
			const given = [
				flow("a"),
				{ id: "a" },
				{ deposit: { id: "a" } },
				flow("a"),
			];
			const sent = await sequences(
				...given.map((set) => [type, set] as [string, object]),
			);
			expect(sent).toEqual([...new Set(sent)].sort((a, b) => a - b));
		});
	});

	describe("failed attempts", () => {
		it("are followed by five retries, each later than the one before, and then by nothing", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine } = await start({ receiver: receiver.url });
			engine.send("spritz", "payment.completed");
			await engine.advance(48 * hour);
			const [delivery] = [...engine.journal.newest()];
			const waits = delivery?.attempts.map(
				({ at }, i, all) => at - (all[i - 1]?.at ?? startOfTest),
			);
			expect(waits).toEqual([
				0,
				minute,
				5 * minute,
				30 * minute,
				2 * hour,
				12 * hour,
			]);
			expect(receiver.requests).toHaveLength(6);
			expect(delivery?.state).toBe("failed");
			expect(delivery?.reason).toMatch(/gives up after 6 attempts/);
		});

		it("stop with the first success", async () => {
			const receiver = await receiving(
				{ status: 302, headers: { location: "/elsewhere" } },
				{ status: 204 },
			);
			const { engine } = await start({ receiver: receiver.url });
			engine.send("spritz", "payment.completed");
			await engine.advance(48 * hour);
			expect(receiver.requests.map(({ url }) => url)).toEqual([
				"/hooks",
				"/hooks",
			]);
			expect(states(engine)).toEqual(["delivered"]);
		});

		it("are not retried under retry=none", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine } = await start({
				receiver: receiver.url,
				options: { retry: "none" },
			});
			engine.send("spritz", "payment.completed");
			await engine.advance(48 * hour);
			expect(receiver.requests).toHaveLength(1);
			expect(states(engine)).toEqual(["failed"]);
		});

		it("leave a receiver ten seconds to answer", async () => {
			const transport = recording({
				error: {
					code: "timeout",
					message: "no complete answer within 10s",
				},
			});
			const { engine } = await start({
				receiver: unused,
				transport: () => transport,
			});
			engine.send("spritz", "payment.completed");
			await engine.idle();
			expect(transport.timeouts).toEqual([10_000]);
		});

		it("do not hold up other deliveries", async () => {
			const receiver = await receiving({ status: 500 }, { status: 200 });
			const { engine } = await start({ receiver: receiver.url });
			engine.send("spritz", "payment.created");
			await engine.idle();
			engine.send("spritz", "payment.completed");
			await engine.idle();
			expect(states(engine)).toEqual(["delivered", "pending"]);
		});

		it("are counted until a success", async () => {
			const receiver = await receiving(
				{ status: 500 },
				{ status: 500 },
				{ status: 200 },
			);
			const { engine, call, caller } = await start({ receiver: receiver.url });
			const other = await create(call, unused);
			engine.send("spritz", "payment.completed");
			await engine.advance(minute);
			const failing = await caller(unverified(startOfTest + minute))(
				"GET",
				webhooks,
			);
			await engine.advance(5 * minute);
			const well = await caller(unverified(startOfTest + 6 * minute))(
				"GET",
				webhooks,
			);
			expect(failing.body).toMatchObject([
				{ failureCount: 2 },
				{ id: other, failureCount: 0 },
			]);
			expect(well.body).toMatchObject([
				{ failureCount: 0, disabled: false },
				{},
			]);
		});

		it("never disable a webhook by default", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine, call } = await start({
				receiver: receiver.url,
				options: { retry: "none" },
			});
			for (let i = 0; i < 12; i++) engine.send("spritz", "payment.completed");
			await engine.idle();
			expect((await call("GET", webhooks)).body).toMatchObject([
				{ failureCount: 12, disabled: false },
			]);
		});

		it("disable a webhook under disableAfter=10, for good", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine, call, caller } = await start({
				receiver: receiver.url,
				options: { disableAfter: "10" },
			});
			const [{ id }] = (await call("GET", webhooks)).body;
			for (let i = 0; i < 9; i++) engine.send("spritz", "payment.completed");
			await engine.idle();
			expect((await call("GET", webhooks)).body).toMatchObject([
				{ failureCount: 9, disabled: false },
			]);
			engine.send("spritz", "payment.completed");
			await engine.idle();
			expect((await call("GET", webhooks)).body).toMatchObject([
				{ failureCount: 10, disabled: true },
			]);

			await engine.advance(48 * hour);
			const later = caller(unverified(startOfTest + 48 * hour));
			const patched = await later("PATCH", `${webhooks}/${id}`, {
				events: ["*"],
			});
			expect(patched.body).toMatchObject({ disabled: true, failureCount: 10 });
			expect(engine.send("spritz", "payment.completed").deliveries).toEqual([]);
			expect(receiver.requests).toHaveLength(10);
			expect(new Set(states(engine))).toEqual(new Set(["cancelled"]));
		});
	});

	describe("the receiver from the start", () => {
		it("is a webhook for everything with a secret of its own", async () => {
			const receiver = await receiving();
			const { engine, call } = await start({ receiver: receiver.url });
			engine.send("spritz", "payment.completed");
			await engine.idle();
			const [own] = await secretsOf(engine);
			expect((await call("GET", webhooks)).body).toMatchObject([
				{ url: receiver.url, events: ["*"] },
			]);
			expect(own).toMatch(/^whsec_[A-Za-z0-9]{24}$/);
			const [request] = receiver.requests as [ReceivedRequest];
			expect(request.headers.signature).toBe(hex(own as string, request.body));
		});

		it("comes back as it was with a reset, and nothing else does", async () => {
			const receiver = await receiving({ status: 500 });
			const { engine, call } = await start({ receiver: receiver.url });
			const before = {
				secrets: await secretsOf(engine),
				list: (await call("GET", webhooks)).body,
			};
			engine.send("spritz", "achDebit.authorized");
			await engine.idle();
			await create(call, unused);
			await call("POST", webhookSecret, { secret });
			await call("POST", regenerateSecret, {});
			await engine.reset("spritz");
			await engine.advance(48 * hour);
			const later = unverified(startOfTest + 48 * hour);
			expect((await call("GET", webhooks, undefined, later)).body).toEqual(
				before.list,
			);
			expect(await secretsOf(engine)).toEqual(before.secrets);
			expect(
				(await call("GET", deliveries, undefined, later)).body.data,
			).toEqual([]);
			expect(receiver.requests).toHaveLength(1);
			engine.send("spritz", "achDebit.authorized");
			await engine.idle();
			expect(parsed(receiver).at(-1).sequence).toBe(1);
		});
	});

	it("gives the same ids and secrets for the same seed, and others for another", async () => {
		async function run(seed: string, noise: number) {
			const { engine, call } = await start({
				seed,
				receiver: unused,
				options: { retry: "none" },
			});
			const [{ id: fromStart }] = (await call("GET", webhooks)).body;
			const [own] = await secretsOf(engine);
			for (let i = 0; i < noise; i++)
				engine.send("spritz", "payment.completed");
			await engine.idle();
			const id = await create(call, unused);
			const { secret } = (await call("POST", regenerateSecret, {})).body;
			return [fromStart, own, id, secret];
		}
		const [first, noisy, another] = [
			await run("7", 0),
			await run("7", 3),
			await run("8", 0),
		];
		expect(noisy).toEqual(first);
		for (const [i, value] of another.entries())
			expect(value).not.toBe(first[i]);
	});

	it("gives an event the same id for the same seed", async () => {
		const ids = async (seed: string) => {
			const { engine } = await start({ seed });
			const [one, two] = [
				engine.send("spritz", "payment.created"),
				engine.send("spritz", "payment.created"),
			];
			return [one.event.id, two.event.id];
		};
		const first = await ids("7");
		expect(await ids("7")).toEqual(first);
		expect(new Set([...first, ...(await ids("8"))]).size).toBe(4);
	});

	it("shares nothing between two engines", async () => {
		const one = await start();
		const two = await start();
		await create(one.call, unused, ["*"]);
		await one.call("POST", webhookSecret, { secret });
		one.engine.send("spritz", "achDebit.authorized");
		await one.engine.idle();
		expect((await two.call("GET", webhooks)).body).toEqual([]);
		expect((await two.call("GET", deliveries)).body.data).toEqual([]);
		expect(await secretsOf(two.engine)).toEqual([]);
		expect(
			two.engine.send("spritz", "achDebit.authorized").event.payload.sequence,
		).toBe(1);
	});

	it.skipIf(withoutPython)(
		"is understood by a receiver written from the documentation",
		async () => {
			const { url } = await startPythonReceiver("spritz", {
				SPRITZ_WEBHOOK_SECRET: "whsec_clé",
			});
			const { engine, call } = await start({ receiver: url });
			await call("POST", webhookSecret, { secret: "whsec_clé" });
			engine.send("spritz", "achDebit.authorized");
			engine.send("spritz", "payment.completed");
			await engine.idle();
			expect(states(engine)).toEqual(["delivered", "delivered"]);

			for (const delivery of engine.journal.newest()) {
				const body = Buffer.from(delivery.body);
				const { headers } = delivery.attempts[0] as {
					headers: Record<string, string>;
				};
				expect((await exchange(url, "POST", "", headers, body)).status).toBe(
					200,
				);
				const last = body.length - 1;
				body[last] = (body[last] as number) ^ 1;
				expect((await exchange(url, "POST", "", headers, body)).status).toBe(
					401,
				);
			}
		},
	);
});

describe("the signature of a request", async () => {
	const { vectors } = await fixture("signatures");
	const requests: Vector[] = vectors.filter(
		({ scheme }: Vector) => scheme === "request",
	);

	it.each(requests)("agrees with the vector: $name", (vector) => {
		const [path, query = ""] = (vector.unsortedPath ?? vector.path).split(
			"?",
			2,
		) as [string, string?];
		const body = Buffer.from(vector.body);
		const request = { ...vector, path, query, body };
		const signatures = signaturesOf(request, vector.secret, vector.timestamp);
		const isHashed = body.length === 0 && vector.options.emptyBody === "sha256";
		const signature = signatures[isHashed ? 1 : 0];
		expect(signature === vector.signature).toBe(vector.valid);
	});
});

describe("what is known of Spritz Finance", () => {
	it("has a source for every behaviour and names every option", async () => {
		const { provider, fidelity: record } = await install("spritz");
		const claims = record?.fidelity ?? [];
		for (const { claim, source } of claims) {
			expect(claim).toMatch(/\.$/);
			expect(source).toMatch(/^https:\/\//);
		}
		const named = claims.flatMap(({ option }) => option ?? []);
		expect(new Set(named)).toEqual(new Set(Object.keys(provider.options)));
	});
});

async function secretsOf(engine: Engine): Promise<readonly string[]> {
	const session = engine.session("spritz");
	session.ready();
	return session.provider.secrets(session.context);
}
