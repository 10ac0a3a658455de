import { createServer } from "node:http";
import { connect } from "node:net";
import { pipeline, Readable } from "node:stream";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import { verifyReceiver } from "../src/config/receivers.ts";
import { turn } from "../src/delivery/clock.ts";
import { createTransport } from "../src/delivery/transport.ts";
import { createLookup, type Resolve } from "../src/delivery/trust.ts";
import { authorized } from "../src/engine/secrets.ts";
import { LocalhookError } from "../src/errors.ts";
import { controlDocument } from "../src/generated/control-document.ts";
import { type ApiOperation, operationsOf } from "../src/openapi/operations.ts";
import { parseCorsOrigin } from "../src/server/access.ts";
import { createGate } from "../src/server/http-server.ts";
import { type ServerOptions, startServer } from "../src/server/server.ts";
import { acme } from "./support/acme.ts";
import { unsafeUrls } from "./support/arbitraries.ts";
import { listening, retrying } from "./support/dispatching.ts";
import { pathTo } from "./support/documents.ts";
import { startEngine } from "./support/engine.ts";
import { exchange } from "./support/http.ts";
import { runInProcess, startInProcess } from "./support/in-process.ts";
import { usual } from "./support/providers.ts";
import { heard, next, open, raw, speak } from "./support/raw.ts";
import { openReceiver, startAcme } from "./support/running-acme.ts";
import { serve } from "./support/server.ts";

const things = "/acme/things";
const known = { "x-key": "1234", "content-type": "application/json" };
const event = { provider: "acme", type: "thing.made" };
const token = "a-token-of-some-length";

/** One request for each kind of place there is. */
const places = [
	["GET", "/"],
	["GET", "/nowhere"],
	["GET", "/_localhook/health"],
	["POST", "/_localhook/events"],
	["POST", "/_localhook/receiver/acme"],
	["GET", things],
] as const;

/** A provider that knows one caller. */
function serveAcme(
	engineOptions: Parameters<typeof serve>[1] = {},
	serverOptions: Partial<ServerOptions> = {},
) {
	return serve(
		acme({ servers: ["https://api.acme.test"] }),
		{ credentials: ["1234"], ...engineOptions },
		serverOptions,
	);
}

function* forever<Value>(value: Value): Generator<Value> {
	for (;;) yield value;
}

function statuses(
	url: string,
	headers: Record<string, string>,
	asked: readonly (readonly [string, string])[] = places,
): Promise<number[]> {
	return Promise.all(
		asked.map(async ([method, path]) => {
			const { status } = await exchange(url, method, path, headers);
			return status;
		}),
	);
}

describe("a name that somebody made mean this machine", () => {
	it.each([
		"evil.test",
		"localhost.evil.test",
		"127.0.0.1.evil.test",
		"localhost.",
		"0.0.0.0",
		"10.0.0.1",
		"169.254.169.254",
		"2130706433",
		"[::]",
		"[::ffff:7f00:1]",
	])("is answered nowhere: %s", async (host) => {
		const { url } = await serveAcme();

		expect(await statuses(url, { ...known, host })).toEqual(
			places.map(() => 403),
		);
	});

	it.each([
		"127.0.0.1",
		"127.9.9.9:1",
		"[::1]:4600",
		"localhost",
		"LocalHost:80",
		"a.b.localhost",
		"api.acme.test",
	])("is not what a name of this machine is: %s", async (host) => {
		const { url } = await serveAcme();

		expect(await statuses(url, { ...known, host })).not.toContain(403);
	});
});

describe("a URL that one event or every one goes to", () => {
	it.each(unsafeUrls)(
		"holds nothing that a terminal or a script would obey: %j",
		async (to) => {
			const { engine } = await startEngine(acme());
			onTestFinished(() => engine.close());

			expect(() => engine.send("acme", "thing.made", { to })).toThrow(
				expect.objectContaining({ code: "invalid-receiver" }),
			);
			expect(() => verifyReceiver(to)).toThrow("it is not an http URL");
		},
	);
});

describe("a page of another site", () => {
	const senders = [
		{ origin: "https://evil.test" },
		{ origin: "null" },
		{ origin: "http://localhost:1" },
		{ "sec-fetch-site": "cross-site" },
		{ "sec-fetch-site": "same-site" },
	] as Record<string, string>[];

	it.each(senders)(
		"with %j reaches no control call and no receiver",
		async (headers) => {
			const { url, engine } = await serveAcme();
			const own = places.filter(([, path]) => path.startsWith("/_localhook"));

			expect(await statuses(url, headers, own)).toEqual(own.map(() => 403));
			expect(engine.journal.size).toBe(0);
		},
	);

	it("cannot steer a provider with what a browser sends unasked", async () => {
		const accepted: string[] = [];
		for (const id of builtInIds) {
			const { url, engine } = await serve(id);
			const { operations, document } = engine.session(id);
			const base = new URL(document.servers?.[0]?.url ?? url).pathname;
			for (const { method, path } of operations) {
				const { status, headers } = await exchange(
					url,
					method,
					`/${id}${`${base}${path}`.replaceAll("//", "/").replaceAll(/\{\w+\}/g, "x")}`,
					{ origin: "https://evil.test", "content-type": "text/plain" },
					method === "GET" ? undefined : "{}",
				);
				expect(headers).not.toHaveProperty("access-control-allow-origin");
				if (status !== 401) accepted.push(`${id} ${method} ${path}: ${status}`);
			}
		}

		expect(accepted).toEqual([]);
	});

	it("gets no permission for more", async () => {
		const { url } = await serveAcme();

		for (const path of ["/_localhook/events", things]) {
			const { status, headers } = await exchange(url, "OPTIONS", path, {
				origin: "https://evil.test",
				"access-control-request-method": "POST",
				"access-control-request-headers": "authorization",
			});
			expect(status).toBeGreaterThanOrEqual(400);
			expect(Object.keys(headers).join()).not.toContain("access-control");
		}
	});

	it.each([
		"text/plain",
		"application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x",
		undefined,
	])("that hides its origin still has to say JSON, not %s", async (type) => {
		const { url, engine } = await serveAcme();
		const headers: Record<string, string> =
			type === undefined ? {} : { "content-type": type };

		for (const path of ["/_localhook/events", "/_localhook/reset"]) {
			const body = JSON.stringify(path.endsWith("reset") ? {} : event);
			const { status } = await exchange(url, "POST", path, headers, body);
			expect(status).toBe(415);
		}
		expect(engine.journal.size).toBe(0);
	});

	it("changes nothing with GET", async () => {
		const { url, engine, control } = await serveAcme({
			receiver: "http://127.0.0.1:1/hooks",
		});
		await control("POST", "/events", event);
		await engine.idle();
		const before = await control("GET", "/deliveries/latest");

		for (const { path } of operationsOf(controlDocument)) {
			// It has no end.
			if (path === "/journal/stream") continue;
			const id = before.body.id;
			const { status } = await exchange(
				url,
				"GET",
				`/_localhook${path.replace(/^\/_localhook/, "").replace("{id}", id)}`,
			);
			expect(status, path).toBeLessThan(500);
		}
		await statuses(url, {}, [["GET", "/_localhook/receiver/acme"]]);

		expect(await control("GET", "/deliveries/latest")).toEqual(before);
		expect(engine.journal.size).toBe(1);
	});
});

describe("an allowed origin", () => {
	const origin = "http://localhost:5173";
	const ask = {
		"access-control-request-method": "PATCH",
		"access-control-request-headers": "authorization,x-api-key",
	};
	const serveTo = () => serveAcme({}, { corsOrigins: [origin] });

	it("may ask, call and read, at the control API and the providers'", async () => {
		const { url } = await serveTo();

		for (const [method, path] of [
			["POST", "/_localhook/reset"],
			["GET", things],
		] as const) {
			const preflight = await exchange(url, "OPTIONS", path, {
				...ask,
				origin,
			});
			const call = await exchange(url, method, path, {
				...known,
				origin,
				"sec-fetch-site": "cross-site",
			});

			expect(preflight).toMatchObject({
				status: 204,
				headers: {
					"access-control-allow-origin": origin,
					"access-control-allow-methods": expect.stringContaining("PATCH"),
					"access-control-allow-headers": "*, authorization",
					vary: "origin",
				},
			});
			expect(call.status).toBeLessThan(300);
			expect(call.headers["access-control-allow-origin"]).toBe(origin);
			expect(call.headers).not.toHaveProperty(
				"access-control-allow-credentials",
			);
		}
	});

	it.each([
		"https://localhost:5173",
		"http://localhost:51730",
		"http://localhost",
		"http://a.localhost:5173",
		"http://localhost:5173.evil.test",
		"http://LOCALHOST:5173",
		"null",
		"*",
	])("is not what another one is: %s", async (other) => {
		const { url } = await serveTo();

		const preflight = await exchange(url, "OPTIONS", things, {
			...ask,
			origin: other,
		});
		const provider = await exchange(url, "GET", things, {
			...known,
			origin: other,
		});
		const control = await exchange(url, "GET", "/_localhook/health", {
			origin: other,
		});

		expect(control.status).toBe(403);
		for (const { headers } of [preflight, provider, control]) {
			expect(Object.keys(headers).join()).not.toContain("access-control");
			expect(headers.vary).toBe("origin");
		}
	});

	it("does not make another name of this machine one", async () => {
		const { url } = await serveTo();
		const headers = { ...ask, origin, host: "evil.test" };

		const { status } = await exchange(url, "OPTIONS", things, headers);

		expect(status).toBe(403);
	});

	it.each([
		"*",
		"null",
		"",
		"localhost:5173",
		"http://localhost:5173/",
		"http://localhost:5173/app",
		"http://*.localhost",
		"file:///index.html",
		"http://a.test,http://b.test",
		"http://user@localhost:5173",
	])("is refused that is not one origin: %j", (text) => {
		expect(() => parseCorsOrigin(text)).toThrow(
			expect.objectContaining({
				code: "invalid-option",
				message: expect.stringContaining(
					`"${text.replace("user@", "(masked)@")}"`,
				),
			}),
		);
	});
});

describe("beyond loopback", () => {
	const everywhere = { host: "0.0.0.0" };
	const guarded = places.filter(
		([, path]) => path !== things && !path.includes("receiver"),
	);

	it("nothing but providers and receiver answers without the token", async () => {
		const { url } = await serveAcme({}, everywhere);

		expect(await statuses(url, {}, guarded)).toEqual(guarded.map(() => 401));
		expect(
			await statuses(url, known, [
				["GET", things],
				["POST", "/_localhook/receiver/acme"],
			]),
		).toEqual([200, 200]);
		expect(await statuses(url, {}, [["GET", things]])).toEqual([401]);
	});

	it.each([
		["authorization", `Bearer ${token}`],
		["authorization", `bearer ${token}`],
		["x-localhook-token", token],
	])("the token in %s: %s opens everything", async (name, value) => {
		const { url } = await serveAcme({}, { ...everywhere, token });

		expect(await statuses(url, { [name]: value }, guarded)).not.toContain(401);
	});

	it.each([
		["authorization", token],
		["authorization", "Bearer "],
		["authorization", `Basic ${token}`],
		["authorization", `Bearer ${token}x`],
		["authorization", `Bearer ${token.slice(0, -1)}`],
		["x-localhook-token", token.toUpperCase()],
		["x-localhook-token", ""],
		["cookie", `token=${token}`],
	])("%s: %j opens nothing", async (name, value) => {
		const { url } = await serveAcme({}, { ...everywhere, token });

		expect(await statuses(url, { [name]: value }, guarded)).toEqual(
			guarded.map(() => 401),
		);
	});

	it("a token in the query opens nothing", async () => {
		const { url } = await serveAcme({}, { ...everywhere, token });

		expect(
			await statuses(url, {}, [["GET", `/_localhook/health?token=${token}`]]),
		).toEqual([401]);
	});

	it("a question ahead of a call needs no token, the call does", async () => {
		const origin = "http://localhost:5173";
		const options = { ...everywhere, token, corsOrigins: [origin] };
		const { url } = await serveAcme({}, options);
		const ask = { origin, "access-control-request-method": "GET" };
		const path = "/_localhook/health";

		expect(await statuses(url, ask, [["OPTIONS", path]])).toEqual([204]);
		expect(await statuses(url, { origin }, [["GET", path]])).toEqual([401]);
	});

	it("two servers of one seed have two tokens, and one on loopback has none", async () => {
		const port = 0;
		const { engine } = await serveAcme();
		const made = await Promise.all(
			["0.0.0.0", "0.0.0.0", "127.0.0.1", "::1", "localhost"].map((host) =>
				startServer({ engine, port, host }),
			),
		);
		onTestFinished(async () => {
			for (const server of made) await server.close();
		});
		const [one, other, ...local] = made.map((server) => server.token);

		expect(one).toMatch(/^[\w-]{32}$/);
		expect(other).toMatch(/^[\w-]{32}$/);
		expect(one).not.toBe(other);
		expect(local).toEqual([undefined, undefined, undefined]);
	});

	it("a token that is given is asked for on loopback too", async () => {
		const { url } = await serveAcme({}, { token });

		expect(await statuses(url, {}, guarded)).toEqual(guarded.map(() => 401));
	});

	it("every address is answered, and no more names than elsewhere", async () => {
		const { url } = await serveAcme({}, { ...everywhere, token });
		const ask = (host: string) =>
			statuses(url, { host, "x-localhook-token": token }, [["GET", "/"]]);

		expect(await ask("192.168.1.20:4600")).toEqual([200]);
		expect(await ask("[fd12::1]")).toEqual([200]);
		expect(await ask("evil.test")).toEqual([403]);
		expect(await ask("1.2.3.4.evil.test")).toEqual([403]);
	});

	it("the made token is told once, together with what others can do", async () => {
		const words = [usual.id, "--host", "0.0.0.0", "--json"];
		const { url, printed, stop } = await startInProcess(words);
		const [line] = await printed(/.*"ready".*/);
		const made = JSON.parse(line).token;
		await printed(/"warning"/);
		await statuses(url, { "x-localhook-token": made });

		const { stdout, stderr } = await stop();

		expect(made).toMatch(/^[\w-]{32}$/);
		expect(`${stdout}${stderr}`.split(made)).toHaveLength(2);
		expect(JSON.parse(stderr)).toMatchObject({
			kind: "warning",
			message: expect.stringMatching(
				new RegExp(
					`0\\.0\\.0\\.0.*unencrypted.*token.*${usual.id}.*--credential.*receiver`,
				),
			),
		});
	});

	it("a token of the user's own is not told at all", async () => {
		const words = [usual.id, "--host", "0.0.0.0"];
		const env = { LOCALHOOK_TOKEN: token };
		const { url, printed, stop } = await startInProcess(words, { env });
		await printed(/Warning/);

		const answered = await statuses(url, { "x-localhook-token": token }, [
			["GET", "/"],
		]);

		const { stdout, stderr } = await stop();
		expect(answered).toEqual([200]);
		expect(`${stdout}${stderr}`).not.toContain(token);
	});

	it("a token that can be guessed is refused, and not shown", async () => {
		const { code, stderr } = await runInProcess(["--token", "hunter2"]);

		expect(code).toBe(2);
		expect(stderr).toContain("16 to 256");
		expect(stderr).not.toContain("hunter2");
	});
});

describe("a receiver's name", () => {
	/** A provider whose deliveries ask this for addresses, answer by answer; the last one stays. */
	async function acmeWith(...answers: string[][]) {
		const asked: string[] = [];
		const resolve: Resolve = (hostname, _, callback) => {
			asked.push(hostname);
			const found = (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
			const family = (address: string) => (address.includes(":") ? 6 : 4);
			process.nextTick(
				callback,
				null,
				found.map((address) => ({ address, family: family(address) })),
			);
		};
		const running = await startAcme(retrying(1000, 1000), {
			transport: (clock) => createTransport(clock, createLookup(resolve)),
			receiverRules: { allow: ["hooks.example.com"] },
		});
		const receiver = await openReceiver();
		const deliver = async (name: string) => {
			running.hook("h", `http://${name}:${receiver.port}/`);
			const { deliveries } = running.engine.send("acme", "thing.made");
			await running.engine.idle();
			return deliveries[0];
		};
		return { deliver, receiver, asked, engine: running.engine };
	}

	it("is asked for once, and what it meant then is what is called", async () => {
		const { deliver, receiver, asked } = await acmeWith(
			["127.0.0.1"],
			["169.254.169.254"],
		);

		const first = await deliver("hooks.example.com");
		const second = await deliver("hooks.example.com");

		expect([first?.state, second?.state]).toEqual(["delivered", "delivered"]);
		expect(receiver.requests[1]?.headers.host).toContain("hooks.example.com");
		expect(asked).toEqual(["hooks.example.com"]);
	});

	it.each([
		"169.254.169.254",
		"0.0.0.0",
		"::",
		"100.100.100.200",
		"224.0.0.1",
		"255.255.255.255",
		"fe80::1",
		"ff02::1",
		"fd00:ec2::254",
		"::ffff:169.254.169.254",
		"::ffff:a9fe:a9fe",
		"64:ff9b::a9fe:a9fe",
		"2002:a9fe:a9fe::",
		"2001:0:a9fe:a9fe::",
		"::a9fe:a9fe",
	])("ends the delivery at once when it means %s", async (address) => {
		const { deliver, engine } = await acmeWith([address]);

		const delivery = await deliver("hooks.example.com");
		await engine.advance(10_000);

		expect(delivery).toMatchObject({
			state: "failed",
			reason: expect.stringContaining(address),
			attempts: [{ ok: false, error: { code: "refused-receiver" } }],
		});
	});

	it("that means several addresses is called at those that are fit", async () => {
		const { deliver } = await acmeWith(["169.254.169.254", "127.0.0.1"]);

		expect(await deliver("hooks.example.com")).toMatchObject({
			state: "delivered",
		});
	});

	it.each(["localhost", "a.b.localhost"])(
		"that is %s means loopback or nothing",
		async (name) => {
			const good = await acmeWith(["127.0.0.1"]);
			const bad = await acmeWith(["192.168.1.20"], ["192.168.1.20"]);

			expect(await good.deliver(name)).toMatchObject({ state: "delivered" });
			expect(good.asked).toEqual(["localhost"]);
			expect(await bad.deliver(name)).toMatchObject({
				state: "failed",
				attempts: [{ error: { code: "refused-receiver" } }],
			});
		},
	);

	it("that ends in .localhost is known without a name server", async () => {
		const { engine, hook } = await startAcme();
		const { port } = await openReceiver();
		hook("h", `http://some.receiver.localhost:${port}/`);

		const { deliveries } = engine.send("acme", "thing.made");
		await engine.idle();

		expect(deliveries).toMatchObject([{ state: "delivered" }]);
	});
});

describe("a receiver's answer", () => {
	it("that points elsewhere is not followed", async () => {
		const { engine, hook } = await startAcme();
		const elsewhere = await openReceiver();
		const receiver = await openReceiver();
		receiver.answer({ status: 307, headers: { location: elsewhere.url } });
		hook("h", receiver.url);

		const { deliveries } = engine.send("acme", "thing.made");
		await engine.idle();

		expect(deliveries).toMatchObject([
			{ state: "failed", attempts: [{ response: { status: 307 } }] },
		]);
		expect(elsewhere.requests).toEqual([]);
	});

	it("that does not end is cut off", async () => {
		const { engine, hook } = await startAcme();
		const chunk = Buffer.alloc(64 * 1024);
		const url = await listening(
			createServer((_, response) => {
				pipeline(Readable.from(forever(chunk)), response, () => {});
			}),
		);
		hook("h", url);

		const { deliveries } = engine.send("acme", "thing.made");
		await engine.idle();

		const answer = deliveries[0]?.attempts[0]?.response;
		expect(answer).toMatchObject({ status: 200, truncated: true });
		expect(answer?.body).toHaveLength(64 * 1024);
	});
});

describe("too much", () => {
	it("of headers gets 431", async () => {
		const { port, control } = await serveAcme();
		const many = Object.fromEntries(
			Array.from({ length: 250 }, (_, i) => [`X-${i}`, "1"]),
		);

		const answer = await speak(port, raw(`GET ${things} HTTP/1.1`, many));

		expect(answer).toMatch(/^HTTP\/1.1 431 /);
		expect(answer).toContain('"headers-too-large"');
		expect((await control("GET", "/health")).status).toBe(200);
	});

	it("of headers hides none from the guards", async () => {
		const { port } = await serveAcme({}, { limits: { headers: 5000 } });
		const many = Object.fromEntries(
			Array.from({ length: 2500 }, (_, i) => [`${i}`, ""]),
		);
		const last = { Origin: "https://evil.test" };
		const head = raw("GET /_localhook/health HTTP/1.1", { ...many, ...last });

		const answer = await speak(port, head.replaceAll(": \r\n", ":\r\n"));

		expect(answer).toMatch(/^HTTP\/1.1 403 /);
	});

	it("of a query gets 431", async () => {
		const { port } = await serveAcme();
		const path = `/_localhook/deliveries?type=${"x".repeat(20_000)}`;

		const answer = await speak(port, raw(`GET ${path} HTTP/1.1`));

		expect(answer).toMatch(/^HTTP\/1.1 431 /);
		expect(answer).toContain('"headers-too-large"');
	});

	it("at once gets 503, until there is room again", async () => {
		const limits = { limits: { requests: 2 } };
		const { port, url } = await serveAcme({}, limits);
		const half = raw(`POST ${things} HTTP/1.1`, {
			...known,
			"Content-Length": "16",
			Expect: "100-continue",
		});
		const busy = [open(port, half), open(port, half)];
		await Promise.all(busy.map(next));

		const refused = await exchange(url, "GET", "/_localhook/health");
		const answered = busy.map((socket) => {
			socket.write('{"name":"anvil"}');
			return heard(socket);
		});

		expect(refused.status).toBe(503);
		expect(JSON.parse(refused.text).code).toBe("too-busy");
		for (const answer of await Promise.all(answered))
			expect(answer).toMatch(/^HTTP\/1.1 201 /);
		expect(await statuses(url, {}, [["GET", "/_localhook/health"]])).toEqual([
			200,
		]);
	});

	it("of connections is not let in", async () => {
		const limits = { limits: { connections: 1 } };
		const { port } = await serveAcme({}, limits);
		const alive = raw("GET / HTTP/1.1", { Connection: "keep-alive" });
		const first = open(port, alive);
		await next(first);

		const second = await heard(open(port)).catch(() => "");

		expect(second).toBe("");
		expect(first.destroyed).toBe(false);
		first.destroy();
	});

	it.each([
		["headers", { headerTime: 50 }, "GET / HTTP/1.1\r\nHost: localhost\r\nX"],
		[
			"body",
			{ headerTime: 50, requestTime: 100 },
			raw(`POST ${things} HTTP/1.1`, { "Content-Length": "9" }, "{"),
		],
	])("time for %s gets 408", async (_, limits, text) => {
		const { port } = await serveAcme({}, { limits });

		const answer = await speak(port, text);

		expect(answer).toMatch(/^HTTP\/1.1 408 /);
		expect(answer).toContain('"request-timeout"');
	});

	it("is counted up to a limit, and down again", () => {
		const gate = createGate(2);

		const entered = [gate.enter(), gate.enter(), gate.enter()];
		gate.leave();

		expect([...entered, gate.enter(), gate.enter()]).toEqual([
			true,
			true,
			false,
			true,
			false,
		]);
	});
});

describe("JSON", () => {
	const nested = (depth: number) =>
		`{"a":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
	const deep = nested(4 * 1024 * 1024);
	const objects = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
	const long = `{"included_actions":[${"1,".repeat(2_000_000)}1]}`;
	it.each([
		["deep lists", deep, "nests more than 100"],
		["deep objects", objects, "nests more than 100"],
		["a long list of wrong values", long, "more than 100000 values"],
	])("of %s gets the provider's own refusal", async (_, body, reason) => {
		for (const id of builtInIds) {
			const { url, engine } = await serve(id);
			const session = engine.session(id);
			const { method, ...operation } = session.operations.find(
				(each) => each.method === "POST" && each.body,
			) as ApiOperation;
			const path = pathTo(session.document, { method, ...operation });
			const request = { method, path, query: "", body: Buffer.from(body) };
			const headers = {
				"content-type": "application/json",
				...authorized(session, request),
			};

			const answer = await exchange(
				url,
				method,
				`/${id}${path}`,
				headers,
				body,
			);

			expect(answer.status).toBe(400);
			expect(answer.text).toContain(reason);
			expect(answer.text).not.toContain("about:blank");
		}
	});

	it("nested too deep gets a problem from the control API", async () => {
		const { control } = await serveAcme();
		const set = `{"provider":"acme","type":"thing.made","merge":`;

		const { status, body } = await control(
			"POST",
			"/events",
			`${set}${objects}}`,
		);

		expect(status).toBe(400);
		expect(body.detail).toContain("nests more than 100");
	});

	it("nested as deep as may be comes through whole, escapes and brackets in texts included", async () => {
		const { engine, control } = await serveAcme({
			receiver: "http://127.0.0.1:1/hooks",
		});
		const texts = `["]]}}\\"[[", "\\\\", "${"[".repeat(200)}"]`;
		const set = `{"texts":${texts},"deep":${nested(97)}}`;
		const text = `{"provider":"acme","type":"thing.made","merge":${set},"unchecked":true}`;

		const { status } = await control("POST", "/events", text);

		expect(status).toBe(202);
		const [delivery] = engine.journal.newest();
		const sent = JSON.parse(Buffer.from(delivery?.body ?? []).toString());
		expect(sent).toMatchObject(JSON.parse(set));
	});

	it("with very much wrong gets a short answer", async () => {
		const { url } = await serveAcme();
		const keys = Array.from({ length: 50_000 }, (_, i) => `"k${i}":1`);
		const headers = { "content-type": "application/json" };

		const { status, text } = await exchange(
			url,
			"POST",
			"/_localhook/events",
			headers,
			`{${keys.join()}}`,
		);

		expect(status).toBe(400);
		expect(text.length).toBeLessThan(50_000);
	});

	it.each(["__proto__", "constructor", "prototype"])(
		"with %s in what is merged is refused at every depth",
		async (name) => {
			const { control, engine } = await serveAcme();
			const around = ["", '"new":{', '"data":{"a":{', '"list":[{'];

			for (const before of around) {
				const after = [...before].reverse().filter((c) => "{[".includes(c));
				const closing = after.map((c) => (c === "{" ? "}" : "]")).join("");
				const set = `{${before}"${name}":{"polluted":true}${closing}}`;
				const { status } = await control(
					"POST",
					"/events",
					`{"provider":"acme","type":"thing.made","merge":${set}}`,
				);
				expect(status, set).toBe(400);
			}

			expect(engine.journal.size).toBe(0);
			expect({}).not.toHaveProperty("polluted");
		},
	);

	it("of any kind leaves the prototype of objects alone", async () => {
		const { engine } = await serveAcme();

		await fc.assert(
			fc.asyncProperty(
				fc.object({
					withNullPrototype: false,
					key: fc.oneof(
						fc.string(),
						fc.constantFrom("__proto__", "constructor", "prototype"),
					),
				}),
				async (set) => {
					try {
						engine.send("acme", "thing.made", {
							merge: { ...set },
						});
					} catch (error) {
						expect(error).toBeInstanceOf(LocalhookError);
					}
				},
			),
			{ numRuns: 100 },
		);

		expect(Object.keys(Object.prototype)).toEqual([]);
		for (const key in {}) expect.unreachable(key);
	});
});

describe("a header that a delivery carries", () => {
	it.each(["a\r\nX-Injected: 1", "a\nb", "a\0b", "\u20ac"])(
		"ends in a recorded failure when it is %j, and harms no other delivery",
		async (value) => {
			const { engine, hook } = await startAcme();
			const receiver = await openReceiver();
			hook("bad", receiver.url, { headers: { "x-key": value } });
			hook("good", receiver.url, { headers: { "x-key": "plain" } });

			const { deliveries } = engine.send("acme", "thing.made");
			await engine.idle();

			expect(deliveries).toMatchObject([
				{ state: "failed", attempts: [{ ok: false, error: {} }] },
				{ state: "delivered" },
			]);
			expect(receiver.requests).toHaveLength(1);
			expect(receiver.requests[0]?.headers).not.toHaveProperty("x-injected");
		},
	);
});

describe("a stop", () => {
	it("waits for nobody who does not hang up", async () => {
		const { engine } = await serveAcme();
		const server = await startServer({ engine, port: 0 });
		const ends = ["CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n", "\x16\x03"].map(
			async (text) => {
				const socket = connect({ port: server.port, allowHalfOpen: true });
				onTestFinished(() => void socket.destroy());
				socket.write(text);
				await next(socket);
			},
		);
		await Promise.all(ends);
		let isClosed = false;

		const closing = server.close().then(() => {
			isClosed = true;
		});

		// Counted in turns of the event loop, of which a busy machine takes no more.
		for (let turns = 0; turns < 20 && !isClosed; turns++) await turn();
		expect(isClosed).toBe(true);
		await closing;
	});
});

describe("what is printed", () => {
	it("shows control and direction-changing characters as escapes", async () => {
		const forged = "7\u001b[2K\r\u009b31m\u202eok";
		const { printed } = await startInProcess([usual.id, "--seed", forged]);

		const [banner] = await printed(/localhook .*seed .*/);
		const refused = await runInProcess(["start", forged]);

		for (const text of [banner, refused.stderr.split("\n")[0]]) {
			expect(text).toMatch(/7\\u001b\[2K\\(u000d|r)\\u009b31m\\u202eok/);
			expect(text).not.toMatch(/[\p{Cc}\p{Bidi_C}]/u);
		}
	});
});
