import { describe, expect, it, onTestFinished } from "vitest";
import type { JournalEntry } from "../src/delivery/journal.ts";
import { createEngine, type Engine } from "../src/engine/engine.ts";
import { type AcmeOptions, acme, fixture } from "./support/acme.ts";
import { minute, retrying } from "./support/dispatching.ts";
import { startOfTest } from "./support/engine.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

type MakeThing = NonNullable<
	NonNullable<AcmeOptions["operations"]>["make-thing"]
>;

/** One request; the reply with its body parsed. */
async function call(
	engine: Engine,
	method: string,
	path: string,
	body?: unknown,
	headers: Record<string, string> = {},
) {
	const [pathname, query = ""] = path.split("?", 2) as [string, string?];
	const { reply, publish } = await engine.handle({
		provider: "acme",
		method,
		path: pathname,
		query,
		headers,
		body: Buffer.from(body === undefined ? "" : JSON.stringify(body)),
	});
	return {
		publish,
		status: reply.status,
		headers: reply.headers,
		body: reply.body === "" ? undefined : JSON.parse(reply.body),
	};
}

/** What the journal was told of one kind. */
function heard<Kind extends JournalEntry["kind"]>(engine: Engine, kind: Kind) {
	const entries: Extract<JournalEntry, { kind: Kind }>[] = [];
	engine.journal.subscribe((entry) => {
		if (entry.kind === kind)
			entries.push(entry as Extract<JournalEntry, { kind: Kind }>);
	});
	return entries;
}

const makeThing: MakeThing = ({ body, emit }) => {
	emit("thing.made", { type: "thing.made", data: body });
	return { status: 201, body };
};

describe("a request", () => {
	it("reaches its operation with what the document reads from it", async () => {
		const calls: unknown[] = [];
		const { engine } = await startAcme({
			operations: {
				"list-things"({ query, caller }) {
					calls.push([query, caller]);
					return { status: 200, body: [] };
				},
				"read-thing"({ params }) {
					calls.push(params);
					return { status: 200, body: { name: "x" } };
				},
				"make-thing"({ body }) {
					calls.push(body);
					return { status: 201, body };
				},
			},
		});

		await call(engine, "GET", "/things?limit=5&other=x");
		await call(engine, "GET", "/things");
		await call(engine, "GET", "/things/12");
		await call(engine, "POST", "/things", { name: "anvil", extra: null });

		expect(calls).toEqual([
			[{ limit: 5, other: "x" }, { key: "any" }],
			[{ limit: 20 }, { key: "any" }],
			{ number: "12" },
			{ name: "anvil", extra: null },
		]);
	});

	it("is answered from the document where nobody wrote the operation", async () => {
		const { engine } = await startAcme();

		const example = await call(engine, "GET", "/things/12");
		const generated = await call(engine, "GET", "/things");

		expect(example).toMatchObject({
			status: 200,
			body: { name: "anvil", size: 3 },
		});
		expect(generated).toMatchObject({
			status: 200,
			body: [{ name: expect.any(String) }],
		});
		expect(example.headers).toMatchObject({
			"content-type": "application/json",
			"x-request": expect.stringMatching(/^[0-9a-f]{4}$/),
		});
	});

	it("has one media type, however its operation spells the header", async () => {
		const headers = { "Content-Type": "application/json; charset=utf-8" };
		const { engine } = await startAcme({
			operations: {
				"make-thing": () => ({ status: 201, headers, body: { name: "anvil" } }),
			},
		});

		const made = await call(engine, "POST", "/things", { name: "anvil" });

		expect(made.headers).toMatchObject(headers);
		expect(made.headers).not.toHaveProperty("content-type");
	});

	it.each([
		[
			"that is not allowed in",
			"GET",
			"/things",
			undefined,
			{ "x-key": "wrong" },
			401,
			{ problem: "unauthenticated" },
		],
		[
			"with another method",
			"PUT",
			"/things",
			undefined,
			{},
			405,
			{ problem: "method-not-allowed" },
		],
		[
			"with a broken path",
			"GET",
			"/things/%ff",
			undefined,
			{},
			400,
			{ problem: "malformed" },
		],
		[
			"with a parameter of the wrong type",
			"GET",
			"/things/twelve",
			undefined,
			{},
			400,
			{ problem: "invalid", violations: [{ in: "path", field: "number" }] },
		],
		[
			"with a parameter out of bounds",
			"GET",
			"/things?limit=101",
			undefined,
			{},
			400,
			{ violations: [{ in: "query", field: "limit", keyword: "maximum" }] },
		],
		[
			"without its body",
			"POST",
			"/things",
			undefined,
			{},
			400,
			{ violations: [{ in: "body", field: "", keyword: "required" }] },
		],
		[
			"with an invalid body",
			"POST",
			"/things",
			{ size: "x" },
			{},
			400,
			{ violations: [{ field: "name" }, { field: "size" }] },
		],
		[
			"in another media type",
			"POST",
			"/things",
			{},
			{ "content-type": "text/plain" },
			400,
			{ problem: "unsupported-media-type" },
		],
	])(
		"%s is refused in the provider's own words",
		async (_, method, path, body, headers, status, words) => {
			const { engine } = await startAcme();

			const answer = await call(engine, method, path, body, headers);

			expect(answer.status).toBe(status);
			expect(answer.body).toMatchObject(words);
			expect(answer.headers).toHaveProperty("x-request");
		},
	);

	it("names the methods there are when it comes with another", async () => {
		const { engine } = await startAcme();

		const answer = await call(engine, "DELETE", "/things");

		expect(answer.headers.allow).toBe("GET, POST");
	});

	it.each([
		[
			"to a path the document does not have",
			"/thing",
			404,
			"unknown-operation",
		],
		[
			"with a name that reaches a prototype",
			"/things?__proto__=1",
			400,
			"invalid-request",
		],
	])(
		"%s is refused in localhook's own voice",
		async (_, path, status, code) => {
			const { engine } = await startAcme();

			const answer = await call(engine, "GET", path);

			expect(answer).toMatchObject({
				status,
				headers: { "content-type": "application/problem+json" },
			});
			expect(answer.body).toMatchObject({
				type: "about:blank",
				status,
				code,
				detail: expect.stringMatching(/^Failed to /),
			});
		},
	);

	it("to a provider that is not running is refused with the ones that are", async () => {
		const { engine } = await startAcme();

		const { reply } = await engine.handle({
			provider: "acmee",
			method: "GET",
			path: "/",
			query: "",
			headers: {},
			body: Buffer.of(),
		});

		expect(reply.status).toBe(404);
		expect(JSON.parse(reply.body)).toMatchObject({
			code: "unknown-provider",
			providers: ["acme"],
			detail: expect.stringContaining('Did you mean "acme"?'),
		});
	});

	it("is told to the journal with its operation and its status", async () => {
		const { engine } = await startAcme();
		const calls = heard(engine, "call");

		await call(engine, "GET", "/things/12");
		await call(engine, "GET", "/nothing");

		expect(calls.map((entry) => entry.call)).toEqual([
			{
				id: "call_1",
				provider: "acme",
				operation: "read-thing",
				method: "GET",
				path: "/things/12",
				status: 200,
				at: startOfTest,
				duration: 0,
			},
			{
				id: "call_2",
				provider: "acme",
				method: "GET",
				path: "/nothing",
				status: 404,
				at: startOfTest,
				duration: 0,
			},
		]);
	});
});

describe("an operation that fails", () => {
	const throwing =
		(thrown: unknown): MakeThing =>
		() => {
			throw thrown;
		};

	it.each<[string, MakeThing, string]>([
		["throws an error", throwing(new Error("no anvils")), "no anvils"],
		["throws a text", throwing("no anvils"), '"no anvils" was thrown'],
		["throws nothing", throwing(undefined), "undefined was thrown"],
		[
			"throws what has no prototype",
			throwing(Object.create(null)),
			"{} was thrown",
		],
		[
			"rejects",
			async () => Promise.reject(new Error("no anvils")),
			"no anvils",
		],
		[
			"answers what is not JSON",
			() => ({ status: 201, body: { size: 1n } }),
			"BigInt",
		],
		["answers nothing", () => undefined as never, "undefined"],
	])(
		"because it %s gives problem details, and the next one its answer",
		async (_, operation, reason) => {
			const { engine } = await startAcme({
				operations: { "make-thing": operation },
			});

			const answer = await call(engine, "POST", "/things", { name: "anvil" });

			expect(answer).toMatchObject({
				status: 500,
				headers: { "content-type": "application/problem+json" },
			});
			expect(answer.body).toMatchObject({
				code: "unexpected",
				detail: expect.stringContaining(reason),
			});
			expect((await call(engine, "GET", "/things/1")).status).toBe(200);
		},
	);

	it("publishes nothing of what it recorded before", async () => {
		const { engine } = await startAcme({
			operations: {
				"make-thing"({ emit }) {
					emit("thing.made");
					throw new Error("no anvils");
				},
			},
		});
		const events = heard(engine, "event");

		const { publish } = await call(engine, "POST", "/things", {
			name: "anvil",
		});
		publish?.();

		expect(events).toEqual([]);
	});
});

describe("events of an operation", () => {
	it("are published once its reply has been sent, and not before", async () => {
		const { engine, hook } = await startAcme({
			operations: { "make-thing": makeThing },
		});
		const receiver = await openReceiver();
		hook("h1", receiver.url);
		const events = heard(engine, "event");

		const { publish } = await call(engine, "POST", "/things", {
			name: "anvil",
		});
		await engine.idle();
		expect([events, engine.journal.size]).toEqual([[], 0]);
		publish?.();
		await engine.idle();

		expect(events).toMatchObject([
			{ event: { type: "thing.made" }, matched: 1 },
		]);
		expect(JSON.parse(String(receiver.requests[0]?.body))).toMatchObject({
			data: { name: "anvil" },
		});
	});

	it("are none for an operation that recorded none", async () => {
		const { engine } = await startAcme({
			operations: { "make-thing": makeThing },
		});

		const { publish } = await call(engine, "GET", "/things");

		expect(publish).toBeUndefined();
	});

	it("keep their order, and the payload as it was when they were recorded", async () => {
		const { engine } = await startAcme({
			operations: {
				"make-thing"({ emit, body }) {
					const thing = { size: 1 };
					emit("thing.made", { thing });
					thing.size = 2;
					emit("thing.lost", { thing });
					emit("thing.made");
					return { status: 201, body };
				},
			},
		});
		const events = heard(engine, "event");

		const { publish } = await call(engine, "POST", "/things", {
			name: "anvil",
		});
		publish?.();

		expect(
			events.map(({ event }) => [event.type, event.payload]),
		).toMatchObject([
			["thing.made", { thing: { size: 1 } }],
			["thing.lost", { thing: { size: 2 } }],
			["thing.made", { data: fixture.data }],
		]);
	});
});

describe("send", () => {
	it("sends the fixture, with the event's own parts and what the user set", async () => {
		const { engine } = await startAcme();

		const { event } = engine.send("acme", "thing.made", {
			merge: { data: { size: 9, extra: [1] } },
		});

		expect(event).toEqual({
			id: expect.stringMatching(/^[0-9a-f-]{36}$/),
			provider: "acme",
			type: "thing.made",
			time: startOfTest,
			payload: {
				type: "thing.made",
				id: event.id,
				data: { name: "anvil", size: 9, extra: [1] },
			},
		});
	});

	it("sends the user's own payload in place of the fixture", async () => {
		const { engine } = await startAcme();

		const { event } = engine.send("acme", "thing.made", {
			payload: { own: true, type: "x" },
			merge: { more: 1 },
		});

		expect(event.payload).toEqual({
			own: true,
			type: "x",
			more: 1,
			id: event.id,
		});
	});

	it("leaves the fixture as it is for the next one", async () => {
		const { engine } = await startAcme();
		engine.send("acme", "thing.made", {
			merge: { data: { name: "other" } },
		});

		const { event } = engine.send("acme", "thing.made");

		expect(event.payload.data).toEqual(fixture.data);
	});

	it.each(["__proto__", "constructor", "prototype"])(
		"refuses the name %s, and nothing happens",
		async (name) => {
			const { engine, hook } = await startAcme();
			hook("h1", "http://127.0.0.1:9/");
			const set = JSON.parse(`{"data":{"${name}":1}}`);

			expect(() => engine.send("acme", "thing.made", { merge: set })).toThrow(
				expect.objectContaining({
					code: "invalid-request",
				}),
			);

			expect(engine.journal.size).toBe(0);
		},
	);

	it("of an event that matches nobody says so", async () => {
		const { engine, hook } = await startAcme();
		hook("h1", "http://127.0.0.1:9/");
		const events = heard(engine, "event");

		const { deliveries } = engine.send("acme", "thing.lost");

		expect(deliveries).toEqual([]);
		expect(events).toMatchObject([
			{ event: { type: "thing.lost" }, matched: 0 },
		]);
	});

	it("refuses events and providers there are not, with those that were meant", async () => {
		const { engine } = await startAcme();

		expect(() => engine.send("acme", "thing.maid")).toThrow(
			expect.objectContaining({
				code: "unknown-event",
				message: expect.stringContaining('Did you mean "thing.made"'),
				details: { events: ["thing.made", "thing.lost"] },
			}),
		);
		expect(() => engine.send("acme", "toString")).toThrow(
			expect.objectContaining({
				code: "unknown-event",
			}),
		);
		expect(() => engine.send("akme", "thing.made")).toThrow(
			expect.objectContaining({
				code: "unknown-provider",
			}),
		);
	});
});

describe("reset", () => {
	it("cancels what waits, forgets everything, and begins as at the start", async () => {
		const { engine, session, hook } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		const first = engine.send("acme", "thing.made");
		await engine.idle();

		await engine.reset("acme");
		await engine.advance(60 * minute);

		expect(first.deliveries).toMatchObject([
			{
				state: "cancelled",
				reason: "the provider was reset",
				attempts: [{ number: 1 }],
			},
		]);
		expect(engine.journal.size).toBe(0);
		expect(receiver.requests).toHaveLength(1);
		expect(session.context.deliveries.health("h1")).toEqual({ failures: 0 });
		hook("h1", receiver.url);
		const again = engine.send("acme", "thing.made");
		expect(again.event.id).toBe(first.event.id);
		expect(again.deliveries[0]?.id).toBe(first.deliveries[0]?.id);
	});

	it("breaks off what is under way, and does not take it up again", async () => {
		const { engine, hook, clock } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ hang: true });
		hook("h1", receiver.url);
		const { deliveries } = engine.send("acme", "thing.made");

		await engine.reset();

		expect(deliveries).toMatchObject([
			{
				state: "cancelled",
				attempts: [{ ok: false, error: { code: "connection" } }],
			},
		]);
		expect(engine.journal.size).toBe(0);
		expect(clock.nextDue()).toBeUndefined();
	});

	it("ends what comes while it goes on as well", async () => {
		const { engine, hook, clock } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ hang: true });
		hook("h1", receiver.url);
		engine.send("acme", "thing.made");

		const resetting = engine.reset();
		const { deliveries } = engine.send("acme", "thing.made");
		await resetting;

		expect(deliveries).toMatchObject([
			{ state: "cancelled", reason: "the provider was reset", attempts: [] },
		]);
		expect(engine.journal.size).toBe(0);
		expect(clock.nextDue()).toBeUndefined();
	});

	it("of one provider leaves the others alone", async () => {
		const { engine, session } = await startAcme(
			{},
			{
				providers: [acme(), acme({ id: "other" })],
				receiver: "http://127.0.0.1:9/",
			},
		);
		engine.send("acme", "thing.made");
		engine.send("other", "thing.made");
		await engine.idle();

		await engine.reset("acme");

		expect(
			[...engine.journal.newest()].map(({ event }) => event.provider),
		).toEqual(["other"]);
		expect(session.context.deliveries.health("receiver")).toEqual({
			failures: 0,
		});
		expect(
			engine.session("other").context.deliveries.health("receiver").failures,
		).toBe(1);
	});

	it("registers the receiver again that an engine was started with", async () => {
		const { engine } = await startAcme({}, { receiver: "http://127.0.0.1:9/" });

		const before = engine.send("acme", "thing.made");
		await engine.reset();
		const after = engine.send("acme", "thing.made");

		expect([before, after].map(({ deliveries }) => deliveries[0]?.url)).toEqual(
			Array(2).fill("http://127.0.0.1:9/"),
		);
	});
});

describe("two engines", () => {
	it("share nothing", async () => {
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		const one = await startAcme(retrying(minute));
		const other = await startAcme(retrying(minute));
		one.hook("h1", receiver.url);

		const ofOne = one.engine.send("acme", "thing.made");
		const ofOther = other.engine.send("acme", "thing.made");
		await one.engine.advance(minute);

		expect(ofOther.deliveries).toEqual([]);
		expect(other.engine.journal.size).toBe(0);
		expect(other.clock.now()).toBe(startOfTest);
		expect(ofOne.deliveries[0]?.attempts).toHaveLength(2);
		expect(other.session.context.deliveries.health("h1")).toEqual({
			failures: 0,
		});
	});

	it("give the same ids by the same seed, and others by another", async () => {
		const idsOf = async (seed: string) => {
			const { engine } = await startAcme(
				{},
				{ seed, receiver: "http://127.0.0.1:9/" },
			);
			const { event, deliveries } = engine.send("acme", "thing.made");
			return [event.id, deliveries[0]?.id];
		};

		const ids = await idsOf("a");

		expect(await idsOf("a")).toEqual(ids);
		expect(await idsOf("b")).not.toEqual(ids);
	});
});

describe("an engine", () => {
	it("refuses to start with options, credentials or operations that do not fit", () => {
		const start = (options: object, operations: object = {}) =>
			createEngine({ providers: [acme({ operations })], ...options });

		expect(() => start({ options: { acme: { color: "red" } } })).toThrow(
			expect.objectContaining({
				code: "invalid-option",
				message: expect.stringContaining('Did you mean "colour"?'),
			}),
		);
		expect(() => start({ options: { acme: { colour: "blue" } } })).toThrow(
			expect.objectContaining({
				code: "invalid-option",
				message: expect.stringContaining("Choose one of red, green."),
			}),
		);
		expect(() => start({ credentials: { acme: ["1234", "12"] } })).toThrow(
			expect.objectContaining({
				code: "invalid-credential",
				message: expect.stringContaining("a key of four digits, such as 1234"),
			}),
		);
		expect(() => start({}, { "meke-thing": () => ({ status: 200 }) })).toThrow(
			expect.objectContaining({
				code: "invalid-provider",
				message: expect.stringContaining('"meke-thing"'),
			}),
		);
	});

	it("has its options by default, by strictness, or as the user sets them", () => {
		const optionsOf = (options: object) => {
			const engine = createEngine({ providers: [acme()], ...options });
			onTestFinished(() => engine.close());
			return engine.session("acme").context.options;
		};

		expect(optionsOf({})).toEqual({ colour: "red" });
		expect(optionsOf({ strict: true })).toEqual({ colour: "green" });
		expect(
			optionsOf({ strict: true, options: { acme: { colour: "red" } } }),
		).toEqual({ colour: "red" });
	});

	it("cannot move a clock that shows real time", async () => {
		const engine = createEngine({ providers: [acme()] });
		onTestFinished(() => engine.close());

		await expect(engine.advance(1000)).rejects.toMatchObject({
			code: "clock-is-real",
		});
	});

	it("moves a virtual clock to the very time, through everything due on the way", async () => {
		const { engine, hook, clock } = await startAcme(
			retrying(minute, minute, minute),
		);
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		engine.send("acme", "thing.made");

		await engine.advance(2.5 * minute);

		expect(clock.now()).toBe(startOfTest + 2.5 * minute);
		expect(
			receiver.requests.map(
				({ headers }) => Number(headers["x-signed-at"]) - startOfTest,
			),
		).toEqual([0, minute, 2 * minute]);
	});

	it("ends what waits when it is closed", async () => {
		const { engine, hook } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 });
		hook("h1", receiver.url);
		const { deliveries } = engine.send("acme", "thing.made");
		await engine.idle();

		await engine.close();

		expect(deliveries).toMatchObject([
			{ state: "cancelled", reason: "localhook was stopped" },
		]);
	});

	it("delivers on the machine's own clock as well", async () => {
		const engine = createEngine({
			providers: [acme({ policy: { retry: { delays: [5], jitter: "none" } } })],
		});
		onTestFinished(() => engine.close());
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, {});
		engine.session("acme").ready();
		engine
			.session("acme")
			.provider.subscribe(receiver.url, engine.session("acme").context);
		const settled = new Promise<void>((resolve) => {
			engine.journal.subscribe(
				({ kind }) => void (kind === "settled" && resolve()),
			);
		});

		const { deliveries } = engine.send("acme", "thing.made");
		await settled;

		const [first, second] = deliveries[0]?.attempts ?? [];
		expect(deliveries[0]?.state).toBe("delivered");
		expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(5);
		expect(first?.duration).toBeGreaterThan(0);
	});
});
