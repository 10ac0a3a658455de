import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { builtInIds, install, installedOf } from "../src/catalog.ts";
import type { Delivery } from "../src/contract/records.ts";
import type { FailedCheck } from "../src/contract/signing.ts";
import { inexactNumberIn } from "../src/engine/body.ts";
import type { EventRequest } from "../src/engine/composer.ts";
import type { Engine } from "../src/engine/engine.ts";
import { heldSecrets, rotate } from "../src/engine/secrets.ts";
import { previews, resend } from "../src/engine/sending.ts";
import { createSigner } from "../src/signing/signer.ts";
import { acme, acmeSigner } from "./support/acme.ts";
import { emit, minute, retrying, times } from "./support/dispatching.ts";
import { defaultEventOf, startEngine, startOfTest } from "./support/engine.ts";
import { python, withoutPython } from "./support/python.ts";
import type { ReceivedRequest, Receiver } from "./support/receiver.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";

const providers = installedOf(builtInIds).map(
	({ provider }) => [provider.id, defaultEventOf(provider)] as const,
);

async function start(
	provider: string,
	options: Parameters<typeof startEngine>[1] = {},
): Promise<{ engine: Engine; receiver: Receiver }> {
	const receiver = await openReceiver();
	const { engine } = await startEngine(provider, {
		receiver: receiver.url,
		...options,
	});
	onTestFinished(() => engine.close());
	engine.session(provider).ready();
	return { engine, receiver };
}

/** Emits one event; what the receiver got of it. */
async function sent(
	engine: Engine,
	receiver: Receiver,
	[provider, type]: readonly [string, string],
	request: EventRequest = {},
): Promise<ReceivedRequest> {
	const before = receiver.requests.length;
	engine.send(provider, type, request);
	await engine.idle();
	expect(receiver.requests).toHaveLength(before + 1);
	return receiver.requests[before] as ReceivedRequest;
}

const secretsOf = (engine: Engine, provider: string) =>
	heldSecrets(engine.session(provider)).map(({ value }) => value);

describe("assigned values", () => {
	it("go over the parts that belong to the event, also where a payload has none of them", async () => {
		const { engine } = await startAcme();

		const { event } = engine.send("acme", "thing.made", {
			payload: { data: {} },
			set: { id: "mine" },
		});

		expect(event.payload).toEqual({
			data: {},
			id: "mine",
			type: "thing.made",
		});
	});

	it("use up no id when they are refused", async () => {
		const [{ engine }, twin] = [await startAcme(), await startAcme()];
		const emit = (on: Engine, set?: Record<string, string>) =>
			on.send("acme", "thing.made", { set }).event;

		expect(() => emit(engine, { x: "1" })).toThrow('there is no "x"');

		expect(emit(engine)).toEqual(emit(twin.engine));
	});

	it("go into lists, and one behind their end", async () => {
		const payload = { type: "x", lines: [{ amount: 1 }] };
		const { engine } = await startAcme();

		const { event } = engine.send("acme", "thing.made", {
			payload,
			set: { "lines[0].amount": "2", "lines[1]": '{"amount":3}' },
		});

		expect(event.payload).toMatchObject({
			lines: [{ amount: 2 }, { amount: 3 }],
		});
		expect(payload.lines).toEqual([{ amount: 1 }]);
	});

	it.each([
		["typ", "1", 'Did you mean "type"?'],
		["data.sise", "1", 'Did you mean "size"?'],
		["data.nothing", "x", "There is name, size, colour"],
		["data.name.x", "1", "there is nothing below data.name"],
		["data.size", "one", '"one" is not of the type integer'],
		["data.size", "1.5", '"1.5" is not of the type integer'],
		["data.size", "1e999", '"1e999" is not of the type integer'],
		["data", "x", '"x" is not of the type object'],
		["", "x", "it is not a path"],
		["data..name", "x", "it is not a path"],
		[".name", "x", "it is not a path"],
		["data[", "x", "it is not a path"],
		["a".repeat(501), "x", "it is not a path"],
		["__proto__.x", "1", 'the name "__proto__" is not allowed'],
		["data.constructor", "1", 'the name "constructor" is not allowed'],
		["data", '{"__proto__":{"x":1}}', 'the name "__proto__" is not'],
		["data.size", "12345678901234567890", "would become 12345678901234567000"],
		["data", '{"n":1e400}', "the number 1e400 would become null"],
		["data", `${'{"a":'.repeat(101)}1${"}".repeat(101)}`, "nests more than"],
	])("refuse %s = %s, and nothing happens", async (path, text, reason) => {
		const { engine } = await startAcme();

		expect(() =>
			engine.send("acme", "thing.lost", {
				set: Object.fromEntries([[path, text]]),
			}),
		).toThrow(
			expect.objectContaining({
				code: "invalid-request",
				message: expect.stringContaining(reason),
			}),
		);

		expect(engine.journal.last).toBe(0);
		expect(Object.prototype).not.toHaveProperty("x");
	});

	/** No merge looks into a list, so what a value holds there is looked at when it is read. */
	it.each([
		'[{"__proto__":{"x":1}}]',
		'[{"\\u005f_proto__":{"x":1}}]',
		'[[{"a":{"constructor":1}}]]',
	])("refuse a name that is not allowed inside the value %s", async (text) => {
		const { engine } = await startAcme();

		expect(() =>
			engine.send("acme", "thing.made", {
				payload: { type: "x", lines: [] },
				set: { lines: text },
			}),
		).toThrow(/^Failed to set "lines": the name ".*" is not allowed/);
	});

	it("take a text that only sounds like such a name", async () => {
		const { engine } = await startAcme();

		const { event } = engine.send("acme", "thing.made", {
			payload: { type: "x", lines: [] },
			set: { lines: '["constructor"]' },
		});

		expect(event.payload.lines).toEqual(["constructor"]);
	});

	it.each([
		["lines[2]", "there is no [2]: the list has 1"],
		["lines.first", '"first" is not a place in a list'],
		["data[0]", "[0] is a place in a list"],
	])("refuse %s, for which JSON has no room", async (path, reason) => {
		const { engine } = await startAcme();

		expect(() =>
			engine.send("acme", "thing.made", {
				merge: { lines: [1] },
				set: { [path]: "1" },
			}),
		).toThrow(
			expect.objectContaining({
				code: "invalid-request",
				message: expect.stringContaining(reason),
			}),
		);
	});
});

describe("a number", () => {
	it.each([
		"1e400",
		"-1e400",
		"1e-400",
		"9007199254740993",
		"12345678901234567890",
		"0.12345678901234567891",
	])("that JavaScript does not have is found: %s", (text) => {
		for (const json of [text, `{"a":[1,${text}]}`, `{"a\\"":"1","b":${text}}`])
			expect(inexactNumberIn(json)).toMatch(
				new RegExp(`^the number ${text.replace(".", "\\.")} would become`),
			);
	});

	it.each([
		'"1e400"',
		'{"9007199254740993":"12345678901234567890"}',
		'"\\"1e400"',
		"9007199254740992",
		"100000000000000000000000",
		"0.10000000000000001",
		"1.50000000000000000000",
		"0e400",
		"-0.0",
	])("that loses nothing is not: %s", (text) => {
		expect(inexactNumberIn(text)).toBeUndefined();
	});

	it("that JSON.stringify has written is never one", () => {
		fc.assert(
			fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
				expect(inexactNumberIn(JSON.stringify(value))).toBeUndefined();
			}),
		);
	});

	it.each([
		{ merge: { x: Number.POSITIVE_INFINITY } },
		{ merge: { x: [{ y: Number.NaN }] } },
		{ payload: { type: "x", y: 10n } },
		{ payload: { type: "x", y: Number.NEGATIVE_INFINITY } },
	])("that JSON does not have is refused as a value", async (request) => {
		const { engine } = await startAcme();

		expect(() => engine.send("acme", "thing.made", request)).toThrow(
			expect.objectContaining({
				code: "invalid-request",
				message: expect.stringContaining("is no number that JSON has"),
			}),
		);
		expect(engine.journal.last).toBe(0);
	});
});

it("refuses a payload that refers to itself", async () => {
	const { engine } = await startAcme();
	const payload: Record<string, unknown> = { type: "x" };
	payload.self = payload;

	expect(() => engine.send("acme", "thing.made", { payload })).toThrow(
		"it nests more than 100",
	);
});

describe("a body of the user's own", () => {
	const bytes = Buffer.from([0, 0xff, 0xfe, 0x0d, 0x0a, 0x7b, 0x20, 0x7d, 0]);

	it.each(providers)("is sent by %s as it is, and signed", async (...named) => {
		const { engine, receiver } = await start(named[0]);

		const request = await sent(engine, receiver, named, { body: bytes });

		const { signer } = engine.session(named[0]);
		expect(request.body).toEqual(bytes);
		expect(
			signer.verify({ ...request, secrets: secretsOf(engine, named[0]) }),
		).toEqual({ ok: true });
	});

	it("leaves room for nothing else", async () => {
		const { engine } = await startAcme();

		for (const beside of [{ merge: {} }, { payload: {} }, { set: {} }])
			expect(() =>
				engine.send("acme", "thing.made", { body: bytes, ...beside }),
			).toThrow(
				expect.objectContaining({
					code: "invalid-request",
					message: expect.stringContaining(Object.keys(beside)[0] as string),
				}),
			);

		expect(engine.journal.last).toBe(0);
	});
});

describe("a URL that nobody registered", () => {
	it.each(providers)(
		"gets the event of %s, signed with the first secret",
		async (...named) => {
			const { engine, receiver } = await start(named[0]);
			const other = await openReceiver();

			const request = await sent(engine, other, named, { to: other.url });

			const { signer } = engine.session(named[0]);
			const secrets = secretsOf(engine, named[0]);
			expect(secrets).not.toEqual([]);
			expect(signer.verify({ ...request, secrets })).toEqual({ ok: true });
			expect(receiver.requests).toEqual([]);
		},
	);

	it("is tried again by the schedule, and counts for no endpoint's health", async () => {
		const { engine, session } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, {});

		const { deliveries } = engine.send("acme", "thing.made", {
			to: receiver.url,
		});
		await engine.idle();
		const { endpoint } = deliveries[0] as Delivery;
		const health = session.dispatcher.health(endpoint);
		await engine.time.drain();

		expect(health).toEqual({ failures: 0 });
		expect(deliveries).toMatchObject([{ state: "delivered" }]);
		expect(times(deliveries[0] as Delivery)).toEqual([0, minute]);
	});

	it.each(["nowhere", "ftp://127.0.0.1/x", ""])(
		"is refused: %j",
		async (to) => {
			const { engine } = await startAcme();

			expect(() => engine.send("acme", "thing.made", { to })).toThrow(
				expect.objectContaining({
					code: "invalid-receiver",
				}),
			);
			expect(engine.journal.last).toBe(0);
		},
	);

	it("is held to the same allowed receivers as every other", async () => {
		const { engine } = await startAcme();

		const { deliveries } = engine.send("acme", "thing.made", {
			to: "https://example.com/hooks",
		});
		await engine.idle();

		expect(deliveries).toMatchObject([
			{ state: "failed", attempts: [{ error: { code: "refused-receiver" } }] },
		]);
	});
});

describe("signing as another provider does", () => {
	/** The headers of a delivery of Acme that is signed as a provider beside it does. */
	async function signedAs(other: string, seed: string) {
		const { engine, hook } = await startAcme(
			{},
			{ providers: [acme(), await install(other)], seed },
		);
		const receiver = await openReceiver();
		hook("h1", receiver.url);
		engine.send("acme", "thing.made", { sign: "other-provider" });
		await engine.idle();
		const { headers, body } = receiver.requests[0] as ReceivedRequest;
		const { signer } = engine.session(other);
		expect(headers).not.toHaveProperty("x-signature");
		const names = signer.headers.map((name) => name.toLowerCase());
		const verdict = signer.verify({ headers, body, secrets: ["s3cret"] });
		return { signed: names.map((name) => headers[name]), verdict };
	}

	it.each(providers)(
		"takes a secret of that one's, drawn from the seed: %s",
		async (other) => {
			const [one, again, another] = [
				await signedAs(other, "a"),
				await signedAs(other, "a"),
				await signedAs(other, "b"),
			];

			expect(one.signed).not.toContain(undefined);
			expect(one.verdict).toMatchObject({ ok: false, check: "signature" });
			expect(again.signed).toEqual(one.signed);
			expect(another.signed).not.toEqual(one.signed);
		},
	);
});

describe("signing wrongly", () => {
	const checks: Readonly<Record<string, FailedCheck>> = {
		none: "signature-header",
		"wrong-secret": "signature",
		"previous-secret": "signature",
		"tampered-body": "signature",
		garbage: "signature-format",
		truncated: "signature-format",
		"other-provider": "signature-header",
	};

	it.each(providers)(
		"as %s fails at the very check it is to fail at",
		async (...named) => {
			const [provider] = named;
			const { engine, receiver } = await start(provider);
			const session = engine.session(provider);
			rotate(
				session,
				session.provider.ownedSecrets?.roll ? "roll" : "replace",
				undefined,
			);
			await engine.advance(25 * 60 * minute);
			const secrets = secretsOf(engine, provider);
			const verdicts: Record<string, unknown> = {};

			for (const sign of Object.keys(checks)) {
				const { headers, body } = await sent(engine, receiver, named, { sign });
				const now = engine.clock.now();
				const verdict = session.signer.verify({ headers, body, secrets, now });
				verdicts[sign] = verdict.ok ? "verified" : verdict.check;
			}
			const { headers, body } = await sent(engine, receiver, named);

			expect(verdicts).toEqual(checks);
			expect(session.signer.verify({ headers, body, secrets })).toEqual({
				ok: true,
			});
		},
	);

	it.each([
		["5m", "stale:6m", "timestamp-age"],
		["5m", "future:6m", "timestamp-age"],
		["5m", "stale:4m", undefined],
		// Without a tolerance only the receiver's own could tell.
		[undefined, "stale:10m", undefined],
		[undefined, "future:1d", undefined],
	] as const)(
		"where %s is tolerated, as %s is of that age, signed well",
		async (tolerance, sign, check) => {
			const signer = createSigner({
				content: "{timestamp}.{body}",
				timestamp: tolerance === undefined ? {} : { tolerance },
				headers: { Signature: "{signatures}", "Signed-At": "{timestamp}" },
			});
			const { engine, hook } = await startAcme({ signer });
			const receiver = await openReceiver();
			hook("h1", receiver.url);

			const request = await sent(engine, receiver, ["acme", "thing.made"], {
				sign,
			});

			const secrets = ["s3cret"];
			const verdict = signer.verify({ ...request, secrets, now: startOfTest });
			expect(request.headers["signed-at"]).not.toBe(`${startOfTest / 1000}`);
			expect(verdict.ok ? undefined : verdict.check).toBe(check);
			expect(signer.verify({ ...request, secrets })).toEqual({ ok: true });
		},
	);

	it("cannot be stale where no time is signed", async () => {
		const signer = createSigner({ headers: { Signature: "{signatures}" } });
		const { engine, hook } = await startAcme({ signer });
		hook("h1", "http://127.0.0.1:9/");

		for (const sign of ["stale:10m", "future:10m"])
			expect(() => engine.send("acme", "thing.made", { sign })).toThrow(
				expect.objectContaining({
					code: "invalid-request",
					message: expect.stringContaining("signs no time"),
				}),
			);
		expect(engine.journal.last).toBe(0);
	});

	it.each(providers)(
		"as %s before there is a previous secret is refused",
		async (...named) => {
			const { engine } = await start(named[0]);

			expect(() => engine.send(...named, { sign: "previous-secret" })).toThrow(
				expect.objectContaining({
					code: "invalid-request",
					message: expect.stringContaining("no previous secret"),
				}),
			);
		},
	);

	it("is refused where only some endpoints can be", async () => {
		const { engine, session, hook } = await startAcme();
		const [one, two] = [await openReceiver(), await openReceiver()];
		hook("one", one.url, { secrets: ["new", "old"] });
		hook("two", two.url, { secrets: ["only"] });

		expect(() =>
			engine.send("acme", "thing.made", { sign: "previous-secret" }),
		).toThrow(expect.objectContaining({ code: "invalid-request" }));
		session.context.replaced("first", "only");
		engine.send("acme", "thing.made", { sign: "previous-secret" });
		await engine.idle();

		const fits = ({ requests }: Receiver, secret: string) =>
			acmeSigner.verify({
				...(requests[0] as ReceivedRequest),
				secrets: [secret],
			}).ok;
		expect([one, two].map(({ requests }) => requests.length)).toEqual([1, 1]);
		expect([fits(one, "old"), fits(two, "first")]).toEqual([true, true]);
	});

	it.each(["tampered-body", "truncated", "stale:1m", "previous-secret"])(
		"as %s is refused without a secret",
		async (sign) => {
			const { engine, hook } = await startAcme();
			hook("h1", "http://127.0.0.1:9/", { secrets: [] });

			expect(() => engine.send("acme", "thing.made", { sign })).toThrow(
				expect.objectContaining({
					code: "invalid-request",
				}),
			);
		},
	);

	it("cuts a signature in half while two secrets sign", async () => {
		const { engine, hook } = await startAcme();
		const receiver = await openReceiver();
		hook("h1", receiver.url, { secrets: ["new", "old"] });

		const { headers } = await sent(engine, receiver, ["acme", "thing.made"], {
			sign: "truncated",
		});

		expect(headers["x-signature"]).toMatch(/^[0-9a-f]{32}$/);
	});

	it.each([
		["stale", "it needs an age, as in stale:10m"],
		["stale:", "duration"],
		["stale:soon", "duration"],
		["nonne", 'Did you mean "none"?'],
		["none:10m", "there is no such way"],
		["constructor", "there is no such way"],
		["", "there is no such way"],
	])("%j is refused", async (sign, reason) => {
		const { engine } = await startAcme({}, { receiver: "http://127.0.0.1:9/" });

		expect(() => engine.send("acme", "thing.made", { sign })).toThrow(reason);
		expect(engine.journal.last).toBe(0);
	});

	it("shows on the delivery, and is done at its only attempt", async () => {
		const { engine, hook } = await startAcme(retrying(minute));
		const receiver = await openReceiver();
		receiver.answer({ status: 401 });
		hook("h1", receiver.url);

		const { deliveries } = engine.send("acme", "thing.made", {
			sign: "stale:10m",
		});
		await engine.time.drain();

		expect(deliveries).toMatchObject([{ sign: "stale:10m" }]);
		expect(
			receiver.requests.map(
				({ headers }) => Number(headers["x-signed-at"]) - startOfTest,
			),
		).toEqual([-10 * minute]);
	});
});

describe("resending", () => {
	async function failedOnce(request: EventRequest = {}) {
		const started = await startAcme();
		const receiver = await openReceiver();
		receiver.answer({ status: 500 }, {});
		started.hook("h1", receiver.url);
		const { deliveries } = started.engine.send("acme", "thing.made", request);
		await started.engine.advance(minute);
		return { ...started, receiver, parent: deliveries[0] as Delivery };
	}
	const twice = ({ requests }: Receiver) =>
		requests as [ReceivedRequest, ReceivedRequest];

	it("exactly sends the same bytes and headers once more", async () => {
		const { engine, session, receiver, parent } = await failedOnce();

		const again = resend(session, parent, "exact");
		await engine.idle();

		const [first, second] = twice(receiver);
		expect(second.rawHeaders).toEqual(first.rawHeaders);
		expect(second.body.equals(first.body)).toBe(true);
		expect(again).toMatchObject({
			parent: parent.id,
			resent: "exact",
			state: "delivered",
			event: parent.event,
		});
		expect(again.id).not.toBe(parent.id);
	});

	it("with a new signature sends the same bytes, signed now", async () => {
		const { engine, session, hook, receiver, parent } = await failedOnce();
		hook("h1", receiver.url, { secrets: ["newer"] });

		const again = resend(session, parent, "resign");
		await engine.idle();

		const [first, second] = twice(receiver);
		expect(second.body.equals(first.body)).toBe(true);
		expect(second.headers["x-event"]).toBe(first.headers["x-event"]);
		expect(second.headers["x-signed-at"]).toBe(String(startOfTest + minute));
		expect(acmeSigner.verify({ ...second, secrets: ["newer"] }).ok).toBe(true);
		expect(again).toMatchObject({ parent: parent.id, resent: "resign" });
	});

	it("repeats what was signed wrongly, or signs it well", async () => {
		const { engine, session, receiver, parent } = await failedOnce({
			sign: "tampered-body",
		});

		resend(session, parent, "exact");
		resend(session, parent, "resign");
		await engine.idle();

		const verdicts = receiver.requests.map(
			(request) => acmeSigner.verify({ ...request, secrets: ["s3cret"] }).ok,
		);
		const bodies = receiver.requests.map(({ body }) => body.toString());
		expect(verdicts.filter((ok) => ok)).toHaveLength(1);
		expect(new Set(bodies).size).toBe(1);
	});

	it("exactly goes on to where nobody is registered any more", async () => {
		const { engine, session, unhook, receiver, parent } = await failedOnce();
		unhook("h1");

		const again = resend(session, parent, "exact");
		await engine.idle();

		expect(again.state).toBe("delivered");
		expect(receiver.requests).toHaveLength(2);
		expect(() => resend(session, parent, "resign")).toThrow(
			expect.objectContaining({ code: "not-found" }),
		);
	});

	it.each(["exact", "resign"] as const)(
		"%s goes to a URL that nobody registered, as before",
		async (mode) => {
			const receiver = await openReceiver();
			const { engine, session } = await failedOnce();
			const { deliveries } = engine.send("acme", "thing.made", {
				to: receiver.url,
			});
			await engine.idle();

			const again = resend(session, deliveries[0] as Delivery, mode);
			await engine.idle();

			expect(again).toMatchObject({ state: "delivered", url: receiver.url });
			expect(receiver.requests).toHaveLength(2);
		},
	);

	it("exactly is refused before there is anything to repeat", async () => {
		const { engine, session, hook } = await startAcme();
		hook("h1", "http://127.0.0.1:9/");
		session.dispatcher.setOutage("h1", "paused");
		const [delivery] = await emit(engine, "a");

		expect(() => resend(session, delivery as Delivery, "exact")).toThrow(
			expect.objectContaining({ code: "invalid-request" }),
		);
	});
});

describe("a preview", () => {
	it.each(providers)(
		"of %s is what is sent next, and changes nothing, however often it is asked for",
		async (...named) => {
			const { engine, receiver } = await start(named[0]);
			const before = await engine.snapshot();

			const [shown] = engine.preview(...named);
			const again = engine.preview(...named);
			await engine.idle();
			const after = await engine.snapshot();
			const nothing = [engine.journal.last, receiver.requests.length];
			const request = await sent(engine, receiver, named);

			expect(again).toEqual([shown]);
			expect(after).toEqual(before);
			expect(nothing).toEqual([0, 0]);
			expect(shown?.url).toBe(receiver.url);
			expect(request.body).toEqual(shown?.body);
			expect(request.headers).toMatchObject(
				Object.fromEntries(
					Object.entries(shown?.headers ?? {}).map(([name, value]) => [
						name.toLowerCase(),
						value,
					]),
				),
			);
		},
	);

	it.each([
		{ sign: "tampered-body" },
		{ sign: "stale:1h" },
		{ body: Buffer.from("raw") },
		{ set: { "data.size": "4" } },
	])("of %j is that too", async (request) => {
		const receiver = await openReceiver();
		const [one, other] = [await startAcme(), await startAcme()];
		for (const { hook } of [one, other]) hook("h1", receiver.url);

		const [shown] = previews(one.session, "thing.made", request);
		const got = await sent(
			other.engine,
			receiver,
			["acme", "thing.made"],
			request,
		);

		expect(got.body).toEqual(shown?.body);
		expect(got.headers["x-signature"]).toBe(shown?.headers["X-Signature"]);
		expect(got.headers["x-signed-at"]).toBe(shown?.headers["X-Signed-At"]);
	});

	it.skipIf(withoutPython).each(providers)(
		"of %s has a recipe that another tool follows to the same signature",
		async (...named) => {
			const { engine } = await start(named[0]);
			const session = engine.session(named[0]);
			const rolls = session.provider.ownedSecrets?.roll !== undefined;
			if (rolls) rotate(session, "roll", undefined);

			const [shown] = previews(session, named[1], {});

			const { recipe, headers } = shown as NonNullable<typeof shown>;
			const digests = recipe?.signatures.map(({ secret, content }) =>
				execFileSync(python, [
					"-c",
					"import sys,hmac,base64,hashlib;d=hmac.new(sys.argv[1].encode(),base64.b64decode(sys.argv[2]),hashlib.sha256);e=sys.argv[3];print({'hex':d.hexdigest(),'HEX':d.hexdigest().upper(),'base64':base64.b64encode(d.digest()).decode()}[e],end='')",
					secret,
					Buffer.from(content).toString("base64"),
					recipe.encoding,
				]).toString(),
			);
			const { signer } = engine.session(named[0]);
			expect(recipe?.header).toBe(signer.header);
			expect(digests).toHaveLength(rolls ? 2 : 1);
			for (const digest of digests ?? [])
				expect(headers[signer.header]).toContain(digest);
		},
	);

	it("has no recipe for what is signed wrongly, or not at all", async () => {
		const { session, hook } = await startAcme();
		hook("h1", "http://127.0.0.1:9/", { secrets: [] });

		for (const request of [{}, { sign: "garbage" }])
			expect(previews(session, "thing.made", request)).toMatchObject([
				{ recipe: undefined },
			]);
	});
});
