import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import fc from "fast-check";
import { expect, test } from "vitest";
import { builtInIds } from "../src/catalog.ts";
import type { ApiOperation } from "../src/openapi/operations.ts";
import { startServer } from "../src/server/server.ts";
import { acme } from "./support/acme.ts";
import { anyCharacter } from "./support/arbitraries.ts";
import { pathTo } from "./support/documents.ts";
import { exchange } from "./support/http.ts";
import { heard, open, raw, speak } from "./support/raw.ts";
import { serve } from "./support/server.ts";

const provider = acme({ servers: ["https://api.acme.test"] });
const things = "/acme/things";
const json = { "content-type": "application/json" };

test("both loopback addresses answer at the same port", async () => {
	const { port } = await serve(provider);

	const ipv4 = await fetch(`http://127.0.0.1:${port}/_localhook/health`);
	const ipv6 = await fetch(`http://[::1]:${port}/_localhook/health`);

	expect([ipv4.status, ipv6.status]).toEqual([200, 200]);
});

test("no address but loopback answers", async () => {
	const { port } = await serve(provider);
	const outside = Object.values(networkInterfaces())
		.flat()
		.filter((each) => each && !each.internal && each.family === "IPv4");

	const reached = await Promise.allSettled(
		outside.map((each) => fetch(`http://${each?.address}:${port}/`)),
	);

	expect(reached.filter(({ status }) => status === "fulfilled")).toEqual([]);
});

test.each(builtInIds)(
	"the hosts of %s reach it at its own paths",
	async (id) => {
		const { url, engine } = await serve(id);
		const { document, operations } = engine.session(id);
		const [operation] = operations as [ApiOperation];
		const path = pathTo(document, operation);
		const hosts = document.servers?.map((server) => new URL(server.url).host);

		for (const name of hosts ?? [])
			for (const host of [name, `${name.toUpperCase()}:443`]) {
				const { status } = await exchange(url, operation.method, path, {
					host,
				});
				// It knows nobody, which localhook itself would not mind.
				expect([host, status]).toEqual([host, 401]);
			}

		expect(hosts).not.toEqual([]);
	},
);

test.each([
	"evil.test",
	"127.0.0.1.evil.test",
	"localhost.evil.test",
	"169.254.169.254",
	"acme.test",
])("the Host %s is refused on every kind of route", async (host) => {
	const { url } = await serve(provider);

	const answers = await Promise.all(
		[
			"/",
			"/_localhook/health",
			"/_localhook/receiver/acme",
			things,
			"/nowhere",
		].map((path) => exchange(url, "GET", path, { host })),
	);

	expect(answers.map(({ status }) => status)).toEqual([
		403, 403, 403, 403, 403,
	]);
	expect(JSON.parse(answers[0]?.text ?? "").code).toBe("refused-host");
});

test.each([
	"",
	"a b",
	"[::1",
	"localhost:port",
	"user@localhost",
	"localhost/..",
	"l\u00f6calhost",
	"x".repeat(300),
])("the malformed Host %j gets a problem, not a crash", async (host) => {
	const { port } = await serve(provider);

	const answer = await speak(port, raw("GET / HTTP/1.1", { Host: host }));

	expect(answer).toMatch(/^HTTP\/1.1 40[03] /);
	expect(answer).toContain("application/problem+json");
});

test("a request without a Host is refused", async () => {
	const { port } = await serve(provider);

	const answer = await speak(port, "GET / HTTP/1.0\r\n\r\n");

	expect(answer).toMatch(/^HTTP\/1.1 400 /);
});

test("an allowed Host is answered", async () => {
	const { url } = await serve(provider, {}, { allowHosts: ["hooks.internal"] });

	const { status } = await exchange(url, "GET", "/_localhook/health", {
		host: "hooks.internal:4600",
	});

	expect(status).toBe(200);
});

test.each([
	["Sec-Fetch-Site", "cross-site"],
	["Sec-Fetch-Site", "same-site"],
	["Origin", "https://evil.test"],
	["Origin", "null"],
])("a page that sends %s: %s cannot steer the server", async (name, value) => {
	const { control } = await serve(provider);

	const emit = await control(
		"POST",
		"/events",
		{ provider: "acme", type: "thing.made" },
		{ [name]: value },
	);
	const read = await control("GET", "/deliveries", undefined, {
		[name]: value,
	});

	expect([emit.status, read.status]).toEqual([403, 403]);
	expect(emit.body.code).toBe("refused-origin");
});

test("no answer lets another site read it", async () => {
	const { url } = await serve(provider);

	const answers = await Promise.all(
		["/", "/_localhook/health", things].map((path) =>
			exchange(url, "GET", path, { origin: "https://evil.test" }),
		),
	);

	expect(
		answers
			.flatMap(({ headers }) => Object.keys(headers))
			.filter((name) => name.startsWith("access-control")),
	).toEqual([]);
});

test.each([
	["malformed JSON", '{"name":', { "content-type": "application/json" }],
	[
		"invalid UTF-8",
		Buffer.from([0x22, 0xff, 0x22]),
		{ "content-type": "application/json" },
	],
	["a form", "name=1", { "content-type": "application/x-www-form-urlencoded" }],
	[
		"a gzip body",
		"xxxx",
		{ "content-type": "application/json", "content-encoding": "gzip" },
	],
	["a list", "[]", { "content-type": "application/json" }],
	["a wrong type", '{"name":7}', { "content-type": "application/json" }],
])("%s gets the provider's own error", async (_, body, headers) => {
	const { url } = await serve(provider);

	const answer = await exchange(url, "POST", things, headers, body as string);

	expect(answer.status).toBeGreaterThanOrEqual(400);
	expect(answer.status).toBeLessThan(500);
	expect(JSON.parse(answer.text).problem).toBeTypeOf("string");
});

test("an oversized body is cut off with 413", async () => {
	const { url } = await serve(provider);

	const answer = await exchange(
		url,
		"POST",
		things,
		json,
		Buffer.alloc(11 * 1024 * 1024, 32),
	);

	expect(answer.status).toBe(413);
	expect(JSON.parse(answer.text).code).toBe("body-too-large");
});

test("an oversized control call is cut off with 413", async () => {
	const { control } = await serve(provider);

	const { status } = await control(
		"POST",
		"/events",
		" ".repeat(2 * 1024 * 1024),
	);

	expect(status).toBe(413);
});

test("TRACE gets the provider's own 405 with the allowed methods", async () => {
	const { port } = await serve(provider);

	const answer = await speak(port, raw(`TRACE ${things} HTTP/1.1`));

	expect(answer).toMatch(/^HTTP\/1.1 405 /);
	expect(answer).toContain("allow: GET, POST");
	expect(answer).toContain('"problem"');
});

test.each([
	["CONNECT", "CONNECT evil.test:443 HTTP/1.1\r\nHost: evil.test:443\r\n\r\n"],
	["an unknown method", "FROB / HTTP/1.1\r\nHost: localhost\r\n\r\n"],
	["no HTTP", "\x16\x03\x01\x02\x00\x01\x00"],
	[
		"a bad header",
		"GET / HTTP/1.1\r\nHost: localhost\r\nbad header: 1\r\n\r\n",
	],
	[
		"two lengths",
		"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
	],
	[
		"huge headers",
		`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
	],
	[
		"an odd Expect",
		"GET / HTTP/1.1\r\nHost: localhost\r\nExpect: tea\r\nConnection: close\r\n\r\n",
	],
])("%s gets a problem, never a crash", async (_, text) => {
	const { port, control } = await serve(provider);

	const answer = await speak(port, Buffer.from(text, "latin1"));

	expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
	expect(answer).toContain("application/problem+json");
	expect((await control("GET", "/health")).status).toBe(200);
});

test.each([
	["patch", `${things}/3`, 200],
	["Patch", `${things}/3`, 200],
	["delete", `${things}/3`, 405],
	["post", things, 201],
])(
	"a method written %s is taken for its upper-case self",
	async (method, path, status) => {
		const { port } = await serve(provider);

		const answer = await speak(
			port,
			raw(`${method} ${path} HTTP/1.1`, json, '{"name":"anvil"}'),
		);

		expect(answer.slice(0, 12)).toBe(`HTTP/1.1 ${status}`);
		expect(answer.toLowerCase()).toContain("connection: close");
	},
);

test("a lower-case method survives being cut into pieces", async () => {
	const { port } = await serve(provider);
	const body = JSON.stringify({ name: "w".repeat(100_000) });
	const text = raw(`post ${things} HTTP/1.1`, json, body);

	const answer = await speak(
		port,
		text.slice(0, 300),
		text.slice(300, 40_000),
		text.slice(40_000),
	);

	expect(answer).toMatch(/^HTTP\/1.1 201 /);
});

test("a lower-case method may have an answer that takes its time", async () => {
	const { port } = await serve(
		provider,
		{ faults: [{ fault: "latency", by: "150ms" }] },
		{ limits: { headerTime: 50 } },
	);
	const line = "patch /acme/things/3 HTTP/1.1";

	const answer = await speak(port, raw(line));

	expect(answer).toMatch(/^HTTP\/1.1 [24]00 /);
});

test("a lower-case method may have a body that takes its time", async () => {
	const { port } = await serve(provider, {}, { limits: { headerTime: 50 } });
	const line = "patch /acme/things/3 HTTP/1.1";
	const headers = {
		"Content-Type": "application/json",
		"Content-Length": "2",
	};
	const slow = open(port, raw(line, headers, "{"));
	const answer = heard(slow);
	// Begun later, with headers that do not come: when its time is over, so is that of the one before.
	await speak(port, "GET / HTTP/1.1\r\nHost: localhost\r\nX");

	slow.write("}");

	expect(await answer).toMatch(/^HTTP\/1.1 200 /);
});

test("a lower-case method after other requests on one connection is answered", async () => {
	const { port } = await serve(provider);
	const headers = {
		"Content-Type": "application/json",
	};
	const first = raw("GET /_localhook/health HTTP/1.1", {
		Connection: "keep-alive",
	});
	const second = raw("patch /acme/things/3 HTTP/1.1", headers, "{}");

	const answer = await new Promise<string>((resolve, reject) => {
		const socket = connect(port, "127.0.0.1");
		let heard = "";
		socket.on("data", (data) => {
			if (heard === "") socket.write(second);
			heard += data;
		});
		socket.on("error", reject);
		socket.on("close", () => resolve(heard));
		socket.write(first);
	});

	expect(answer.match(/HTTP\/1.1 (\d+)/g)).toEqual([
		"HTTP/1.1 200",
		"HTTP/1.1 200",
	]);
});

test.each([
	"/acme",
	"/acme/",
	"/acme/../_localhook/health",
	"/acme/%2e%2e/",
	"/acme/things/%ff",
	"/acme/things/%00",
	"/acme//things",
	"/acme/__proto__",
	"/__proto__",
	"/constructor/x",
	"/_localhook/receiver/__proto__",
	"/_localhook/deliveries/%E0%A4%A",
	"//evil.test/",
	"/%",
	"/acme/things?limit=__proto__",
	`/${"a/".repeat(3000)}`,
])("the path %s gets a JSON answer", async (path) => {
	const { url, control } = await serve(provider);

	const answer = await exchange(url, "GET", path);

	expect(answer.status).toBeGreaterThanOrEqual(400);
	expect(answer.headers["content-type"]).toMatch(
		/^application\/(problem\+)?json/,
	);
	expect(JSON.parse(answer.text)).toBeTypeOf("object");
	expect((await control("GET", "/health")).status).toBe(200);
});

test("an absolute request target is read as a proxy would", async () => {
	const { port } = await serve(provider);

	const answer = await speak(
		port,
		raw("GET http://127.0.0.1/_localhook/health HTTP/1.1"),
	);

	expect(answer).toMatch(/^HTTP\/1.1 200 /);
});

test.each(["203.0.113.7", "fe80::1"])(
	"the host %s, which is none of this machine, is a slip of the user's",
	async (host) => {
		const { engine } = await serve(provider);

		await expect(startServer({ engine, port: 0, host })).rejects.toMatchObject({
			code: "invalid-option",
			message: expect.stringContaining(
				`Failed to listen on "${host}": it is no address of this machine. Give one`,
			),
		});
	},
);

test("a path of the control API that cannot be decoded is told how to be sent", async () => {
	const { control } = await serve(provider);

	const { status, body } = await control("GET", "/deliveries/%ff");

	expect(status).toBe(400);
	expect(body.detail).toMatch(
		/^Failed to read the request: its path is not percent-encoded .* Encode it anew\.$/,
	);
});

test("a path that the double does not play lists those it does, in localhook's own voice", async () => {
	const { url } = await serve(provider);

	const answer = await exchange(url, "GET", "/acme/studies");

	expect(answer.status).toBe(404);
	expect(JSON.parse(answer.text)).toMatchObject({
		code: "unknown-operation",
		operations: expect.arrayContaining(["POST /things"]),
	});
});

test("any bytes on the wire leave the server answering", async () => {
	const { port, control } = await serve(provider);

	await fc.assert(
		fc.asyncProperty(
			fc.constantFrom(
				"GET",
				"POST",
				"PATCH",
				"patch",
				"PUT",
				"DELETE",
				"OPTIONS",
				"G E T",
				"",
			),
			fc.string({ unit: anyCharacter, maxLength: 60 }),
			fc.dictionary(
				fc.string({ maxLength: 12 }),
				fc.string({ unit: anyCharacter, maxLength: 40 }),
				{ maxKeys: 4 },
			),
			fc.uint8Array({ maxLength: 200 }),
			async (method, path, headers, body) => {
				const head = Object.entries(headers).map(
					([name, value]) => `${name}: ${value}`,
				);
				const text = [
					`${method} /${path} HTTP/1.1`,
					"Host: localhost",
					"Connection: close",
					...head,
					"",
					"",
				].join("\r\n");
				const socket = connect(port, "127.0.0.1");
				await new Promise<void>((resolve) => {
					socket.on("error", () => resolve());
					socket.on("close", () => resolve());
					socket.resume();
					socket.end(Buffer.concat([Buffer.from(text), body]));
				});
			},
		),
		{ numRuns: 200 },
	);

	expect((await control("GET", "/health")).status).toBe(200);
});
