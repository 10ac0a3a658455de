import { describe, expect, it } from "vitest";
import { install } from "../../src/catalog.ts";
import { turn } from "../../src/delivery/clock.ts";
import { operationsOf } from "../../src/openapi/operations.ts";
import type { Answer } from "../support/engine.ts";
import { anyFace, everyFace, type Face } from "../support/faces.ts";
import {
	hour,
	requestIdOf,
	rollBody,
	startSolvimon,
} from "./solvimon-setup.ts";

type Options = Parameters<Face["open"]>[1];

const hook = {
	url: "http://127.0.0.1/",
	name: "Hook",
	reference: "hook",
	...rollBody,
};
const keyed = (key: string) => ({ "idempotency-key": key });
const replayed = { "idempotent-replayed": "true" };
const conflict = {
	status: 409,
	body: { code: "IDEMPOTENCY_CHECK_FAILED", type: "INVALID_REQUEST" },
};

/** Header names in lower case, as a server answers with them. */
function lower(headers: Readonly<Record<string, string>>) {
	return Object.fromEntries(
		Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
	);
}

describe.each(everyFace)("a repeated call through the $face", ({ open }) => {
	const start = (options?: Options) => startSolvimon(open, options);

	it("is answered with the answer that was given, and happens once", async () => {
		const { engine, call } = await start({
			options: { webhookEvents: "on" },
		});
		const create = () => call("POST", "/v1/webhooks", hook, keyed("one"));

		const first = await create();
		const again = await create();
		await engine.idle();

		expect(first.status).toBe(201);
		expect(lower(first.headers)).not.toMatchObject(replayed);
		expect(again).toMatchObject({ status: 201, body: first.body });
		expect(lower(again.headers)).toMatchObject(replayed);
		expect(requestIdOf(again)).not.toBe(requestIdOf(first));
		expect((await call("GET", "/v1/webhooks")).body.data).toHaveLength(1);
		expect(
			engine.journal.after(0).filter(({ kind }) => kind === "event"),
		).toHaveLength(1);
	});

	it("does not roll a secret twice", async () => {
		const { call, createWebhook } = await start();
		const { id } = await createWebhook();
		const path = `/v1/webhooks/${id}/secret-key`;
		const roll = (key: string) => call("PATCH", path, undefined, keyed(key));

		const first = await roll("one");
		const again = await roll("one");
		const another = await roll("two");

		expect(again.body).toEqual(first.body);
		expect(another.body.previous_secret_key).toBe(first.body.secret_key);
	});

	it("is refused with another body, query or path, and the first answer stays", async () => {
		const { call, createWebhook } = await start();
		const { id } = await createWebhook({ reference: "other" });
		const create = (body: object) =>
			call("POST", "/v1/webhooks", body, keyed("one"));
		const first = await create(hook);

		expect(await create({ ...hook, name: "Other" })).toMatchObject(conflict);
		expect(
			await call("POST", "/v1/webhooks?a=b", hook, keyed("one")),
		).toMatchObject(conflict);
		expect(
			await call("PATCH", `/v1/webhooks/${id}`, hook, keyed("one")),
		).toMatchObject(conflict);
		expect(await create(hook)).toMatchObject({ status: 201, body: first.body });
	});

	it("is refused while the first one has no answer", async () => {
		const { call, createWebhook, receiver } = await start();
		const { id } = await createWebhook();
		receiver.answer({ hang: true });
		const test = (query = "") =>
			call(
				"POST",
				`/v1/webhooks/${id}/send-test${query}`,
				undefined,
				keyed("one"),
			);

		const first = test();
		await expect.poll(() => receiver.requests.length).toBe(1);
		const meanwhile = await test();
		const changed = await test("?a=b");
		await receiver.close();

		expect(meanwhile).toMatchObject({
			status: 422,
			body: { code: "IDEMPOTENCY_CHECK_FAILED" },
		});
		expect(changed).toMatchObject(conflict);
		expect(await first).toMatchObject({ status: 200 });
		expect(await test()).toMatchObject({ body: (await first).body });
		expect(receiver.requests).toHaveLength(1);
	});
});

describe("an idempotency key", () => {
	const start = (options?: Options) => startSolvimon(anyFace.open, options);
	/** The status of an answer, and whether it was given before. */
	const statusOf = async (answer: Promise<Answer>) => {
		const { status, headers } = await answer;
		return "idempotent-replayed" in lower(headers) ? `${status} again` : status;
	};

	it("is in the document of every operation", async () => {
		const { document } = await install("solvimon");

		for (const { id, parameters } of operationsOf(document))
			expect(parameters, id).toContainEqual(
				expect.objectContaining({ name: "Idempotency-Key", in: "header" }),
			);
	});

	it("means nothing to a provider that does not document one", async () => {
		const { caller } = await anyFace.open("prolific");
		const call = caller({ authorization: "Token t" });
		const list = () =>
			statusOf(
				call("GET", "/api/v1/hooks/event-types/", undefined, keyed("one")),
			);

		expect([await list(), await list()]).toEqual([200, 200]);
	});

	it("is free again where the call was refused, so that it can be corrected", async () => {
		const { call } = await start();
		const create = (body: object) =>
			statusOf(call("POST", "/v1/webhooks", body, keyed("one")));

		expect(await create({ ...hook, url: "ftp://127.0.0.1/" })).toBe(400);
		expect(await create({ ...hook, name: 1 })).toBe(400);
		expect(await create(hook)).toBe(201);
		expect(await create(hook)).toBe("201 again");
	});

	it.each([
		["48 hours", undefined, 48 * hour],
		["48 hours divided by the speed", 48, hour],
	])("is kept for %s", async (_, speed, kept) => {
		const { engine, call } = await start({ speed });
		const create = () =>
			statusOf(call("POST", "/v1/webhooks", hook, keyed("one")));

		expect(await create()).toBe(201);
		await engine.advance(kept - 1);
		expect(await create()).toBe("201 again");
		await engine.advance(1);
		expect(await create()).toBe(409);
	});

	it("belongs to the caller's own credential", async () => {
		const { caller } = await start();
		const roll = async (key: string) => {
			const call = caller({ "x-api-key": key });
			return statusOf(call("GET", "/v1/webhooks", undefined, keyed("one")));
		};

		expect([await roll("a"), await roll("b"), await roll("a")]).toEqual([
			200,
			200,
			"200 again",
		]);
	});

	it.each([
		["empty", "", [200, 200]],
		["255 characters long", "k".repeat(255), [200, "200 again"]],
		["longer", "k".repeat(256), [400, 400]],
	])("may be %s", async (_, key, statuses) => {
		const { call } = await start();
		const list = () =>
			statusOf(call("GET", "/v1/webhooks", undefined, keyed(key)));

		expect([await list(), await list()]).toEqual(statuses);
	});

	it("is forgotten by a reset", async () => {
		const { engine, call } = await start();
		const create = () =>
			statusOf(call("POST", "/v1/webhooks", hook, keyed("one")));

		await create();
		await engine.reset();

		expect(await create()).toBe(201);
	});

	it("is part of a snapshot", async () => {
		const { engine, call } = await start();
		const create = async () => {
			const answer = call("POST", "/v1/webhooks", hook, keyed("one"));
			return [await statusOf(answer), (await answer).body];
		};
		const [, body] = await create();
		const saved = JSON.parse(JSON.stringify(await engine.snapshot()));
		const other = await start();

		await engine.reset();
		await engine.load(saved);
		await other.engine.load(saved);

		expect(await create()).toEqual(["201 again", body]);
		expect(
			await statusOf(other.call("POST", "/v1/webhooks", hook, keyed("one"))),
		).toBe("201 again");
	});

	it.each([
		["status", "201"],
		["status", 99],
		["request", 1],
		["until", null],
		["headers", ["a"]],
		["headers", { a: 1 }],
		["headers", { a: "1\r\nb: 2" }],
		["headers", { "a b": "1" }],
		["headers", { a: "\u20ac" }],
		["headers", { "Transfer-Encoding": "chunked" }],
	])("is not loaded from a snapshot with the %s %j", async (field, value) => {
		const { engine, call } = await start();
		await call("GET", "/v1/webhooks", undefined, keyed("one"));
		const saved = JSON.parse(JSON.stringify(await engine.snapshot()));
		saved.providers.solvimon.records.idempotencyKeys[0][field] = value;

		await expect(engine.load(saved)).rejects.toMatchObject({
			code: "invalid-snapshot",
			message: expect.stringMatching(
				`(?:idempotencyKeys\\[0\\]\\.|breaks its schema: )${field}.* must be`,
			),
		});
	});

	it("brings the answer that a cut connection swallowed", async () => {
		const { call } = await start({ faults: [{ fault: "reset", times: 1 }] });
		const create = () => call("POST", "/v1/webhooks", hook, keyed("one"));

		const [first] = await Promise.allSettled([create()]);

		// The engine says that it cuts the connection; a client finds it broken.
		const isCut = first.status === "rejected" || first.value.reply.cut;
		expect(isCut).toBe(true);
		expect(await statusOf(create())).toBe("201 again");
	});

	it("is taken while an answer is late", async () => {
		const { call } = await start({
			faults: [{ fault: "latency", by: "200ms", times: 1 }],
		});
		const list = () =>
			statusOf(call("GET", "/v1/webhooks", undefined, keyed("one")));

		const first = list();
		// The operation has run by then, and its answer waits.
		await turn();

		expect(await list()).toBe(422);
		expect(await first).toBe(200);
		expect(await list()).toBe("200 again");
	});

	it("can be used again after a server error, which says so", async () => {
		const { call } = await start({
			faults: [
				{ fault: "status", status: 500, times: 2 },
				{ fault: "status", status: 404, times: 1 },
			],
		});
		const list = async (headers = {}) => {
			const answer = await call("GET", "/v1/webhooks", undefined, headers);
			return { ...answer, headers: lower(answer.headers) };
		};
		const retryable = { "idempotency-retryable": "true" };

		expect(await list(keyed("one"))).toMatchObject({
			status: 500,
			headers: retryable,
		});
		expect((await list()).headers).not.toMatchObject(retryable);
		expect((await list(keyed("one"))).headers).not.toMatchObject(retryable);
		expect(await list({ ...keyed("one"), prefer: "code=503" })).toMatchObject({
			status: 503,
			headers: retryable,
		});
		expect(await statusOf(list(keyed("one")))).toBe(200);
	});

	it("is forgotten when 1,000 others came after it", async () => {
		const { call } = await start();
		const list = (key: number | string) =>
			call("GET", "/v1/webhooks", undefined, keyed(`${key}`));

		await list("second");
		await list("first");
		for (let i = 0; i < 999; i++) await list(i);

		expect(await statusOf(list("first"))).toBe("200 again");
		expect(await statusOf(list("second"))).toBe(200);
	});
});
