import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import fc from "fast-check";
import { expect, test } from "vitest";
import { startServer } from "../src/server/server.ts";
import { anyCharacter } from "./support/arbitraries.ts";
import { exchange } from "./support/http.ts";
import { heard, open, raw, speak } from "./support/raw.ts";
import { serve } from "./support/server.ts";

const token = { authorization: "Token abc" };
const secrets = "/prolific/api/v1/hooks/secrets/";

test("both loopback addresses answer at the same port", async () => {
	const { port } = await serve();

	const ipv4 = await fetch(`http://127.0.0.1:${port}/_localhook/health`);
	const ipv6 = await fetch(`http://[::1]:${port}/_localhook/health`);

	expect([ipv4.status, ipv6.status]).toEqual([200, 200]);
});

test("no address but loopback answers", async () => {
	const { port } = await serve();
	const outside = Object.values(networkInterfaces())
		.flat()
		.filter((each) => each && !each.internal && each.family === "IPv4");

	const reached = await Promise.allSettled(
		outside.map((each) => fetch(`http://${each?.address}:${port}/`)),
	);

	expect(reached.filter(({ status }) => status === "fulfilled")).toEqual([]);
});

test.each(["api.prolific.com", "API.prolific.com:443", "api.prolific.co"])(
	"the Host %s reaches the provider at its own paths",
	async (host) => {
		const { url } = await serve();

		const { status } = await exchange(
			url,
			"GET",
			"/api/v1/hooks/event-types/",
			{ host, ...token },
		);

		expect(status).toBe(200);
	},
);

test.each(["acme.solvimon.com", "ACME.solvimon.com:443"])(
	"the Host %s of a customer's own reaches the provider",
	async (host) => {
		const { url } = await serve("solvimon");
		const list = () =>
			exchange(url, "GET", "/v1/webhooks", { host, "x-api-key": "key" });

		expect((await list()).status).toBe(200);
		expect((await list()).status).toBe(200);
	},
);

test.each(["docs.solvimon.com", "acme.desk.solvimon.com", "solvimon.com"])(
	"the Host %s is refused, although it is the provider's",
	async (host) => {
		const { url } = await serve("solvimon");

		expect((await exchange(url, "GET", "/v1/webhooks", { host })).status).toBe(
			403,
		);
	},
);

test.each([
	"evil.test",
	"127.0.0.1.evil.test",
	"localhost.evil.test",
	"169.254.169.254",
	"prolific.com",
])("the Host %s is refused on every kind of route", async (host) => {
	const { url } = await serve();

	const answers = await Promise.all(
		[
			"/",
			"/_localhook/health",
			"/_localhook/receiver/prolific",
			`${secrets}`,
			"/nowhere",
		].map((path) => exchange(url, "GET", path, { host, ...token })),
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
	const { port } = await serve();

	const answer = await speak(port, raw("GET / HTTP/1.1", { Host: host }));

	expect(answer).toMatch(/^HTTP\/1.1 40[03] /);
	expect(answer).toContain("application/problem+json");
});

test("a request without a Host is refused", async () => {
	const { port } = await serve();

	const answer = await speak(port, "GET / HTTP/1.0\r\n\r\n");

	expect(answer).toMatch(/^HTTP\/1.1 400 /);
});

test("an allowed Host is answered", async () => {
	const { url } = await serve(
		"prolific",
		{},
		{ allowHosts: ["hooks.internal"] },
	);

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
	const { control } = await serve();

	const emit = await control(
		"POST",
		"/events",
		{ provider: "prolific", type: "study.status.change" },
		{ [name]: value },
	);
	const read = await control("GET", "/deliveries", undefined, {
		[name]: value,
	});

	expect([emit.status, read.status]).toEqual([403, 403]);
	expect(emit.body.code).toBe("refused-origin");
});

test("no answer lets another site read it", async () => {
	const { url } = await serve();

	const answers = await Promise.all(
		["/", "/_localhook/health", secrets].map((path) =>
			exchange(url, "GET", path, { origin: "https://evil.test", ...token }),
		),
	);

	expect(
		answers
			.flatMap(({ headers }) => Object.keys(headers))
			.filter((name) => name.startsWith("access-control")),
	).toEqual([]);
});

test.each([
	[
		"malformed JSON",
		'{"workspace_id":',
		{ "content-type": "application/json" },
	],
	[
		"invalid UTF-8",
		Buffer.from([0x22, 0xff, 0x22]),
		{ "content-type": "application/json" },
	],
	[
		"a form",
		"workspace_id=1",
		{ "content-type": "application/x-www-form-urlencoded" },
	],
	[
		"a gzip body",
		"xxxx",
		{ "content-type": "application/json", "content-encoding": "gzip" },
	],
	["a list", "[]", { "content-type": "application/json" }],
	[
		"a wrong type",
		'{"workspace_id":7}',
		{ "content-type": "application/json" },
	],
])("%s gets the provider's own error", async (_, body, headers) => {
	const { url } = await serve();

	const answer = await exchange(
		url,
		"POST",
		secrets,
		{ ...token, ...headers },
		body as string,
	);

	expect(answer.status).toBeGreaterThanOrEqual(400);
	expect(answer.status).toBeLessThan(500);
	expect(JSON.parse(answer.text).error).toMatchObject({
		status: answer.status,
	});
});

test("an oversized body is cut off with 413", async () => {
	const { url } = await serve();

	const answer = await exchange(
		url,
		"POST",
		secrets,
		{ ...token, "content-type": "application/json" },
		Buffer.alloc(11 * 1024 * 1024, 32),
	);

	expect(answer.status).toBe(413);
	expect(JSON.parse(answer.text).code).toBe("body-too-large");
});

test("an oversized control call is cut off with 413", async () => {
	const { control } = await serve();

	const { status } = await control(
		"POST",
		"/events",
		" ".repeat(2 * 1024 * 1024),
	);

	expect(status).toBe(413);
});

test("TRACE gets the provider's own 405 with the allowed methods", async () => {
	const { port } = await serve();

	const answer = await speak(port, raw(`TRACE ${secrets} HTTP/1.1`));

	expect(answer).toMatch(/^HTTP\/1.1 405 /);
	expect(answer).toContain("allow: GET, POST");
	expect(answer).toContain('"error"');
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
	const { port, control } = await serve();

	const answer = await speak(port, Buffer.from(text, "latin1"));

	expect(answer).toMatch(/^HTTP\/1.1 4\d\d /);
	expect(answer).toContain("application/problem+json");
	expect((await control("GET", "/health")).status).toBe(200);
});

test.each(["patch", "Patch", "delete", "post"])(
	"a method written %s is taken for its upper-case self",
	async (method) => {
		const { port } = await serve();
		const path =
			method === "post" ? secrets : "/prolific/api/v1/hooks/subscriptions/x/";
		const headers = {
			Authorization: "Token abc",
			"Content-Type": "application/json",
		};

		const answer = await speak(
			port,
			raw(`${method} ${path} HTTP/1.1`, headers, '{"workspace_id":"w"}'),
		);

		expect(answer).toMatch(
			method === "post" ? /^HTTP\/1.1 201 / : /^HTTP\/1.1 404 /,
		);
		expect(answer.toLowerCase()).toContain("connection: close");
	},
);

test("a lower-case method survives being cut into pieces", async () => {
	const { port } = await serve();
	const body = JSON.stringify({ workspace_id: "w".repeat(100_000) });
	const text = raw(
		`post ${secrets} HTTP/1.1`,
		{ Authorization: "Token abc", "Content-Type": "application/json" },
		body,
	);

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
		"prolific",
		{ faults: [{ fault: "latency", by: "150ms" }] },
		{ limits: { headerTime: 50 } },
	);
	const line = "patch /prolific/api/v1/hooks/subscriptions/x/ HTTP/1.1";

	const answer = await speak(port, raw(line, { Authorization: "Token abc" }));

	expect(answer).toMatch(/^HTTP\/1.1 40[04] /);
});

test("a lower-case method may have a body that takes its time", async () => {
	const { port } = await serve("prolific", {}, { limits: { headerTime: 50 } });
	const line = "patch /prolific/api/v1/hooks/subscriptions/x/ HTTP/1.1";
	const headers = {
		Authorization: "Token abc",
		"Content-Type": "application/json",
		"Content-Length": "2",
	};
	const slow = open(port, raw(line, headers, "{"));
	const answer = heard(slow);
	// Begun later, with headers that do not come: when its time is over, so is that of the one before.
	await speak(port, "GET / HTTP/1.1\r\nHost: localhost\r\nX");

	slow.write("}");

	expect(await answer).toMatch(/^HTTP\/1.1 404 /);
});

test("a lower-case method after other requests on one connection is answered", async () => {
	const { port } = await serve();
	const headers = {
		Authorization: "Token abc",
		"Content-Type": "application/json",
	};
	const first = raw("GET /_localhook/health HTTP/1.1", {
		Connection: "keep-alive",
	});
	const second = raw(
		"patch /prolific/api/v1/hooks/subscriptions/x/ HTTP/1.1",
		headers,
		"{}",
	);

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
		"HTTP/1.1 404",
	]);
});

test.each([
	"/prolific",
	"/prolific/",
	"/prolific/../_localhook/health",
	"/prolific/%2e%2e/",
	"/prolific/api/v1/hooks/subscriptions/%ff/",
	"/prolific/api/v1/hooks/subscriptions/%00/",
	"/prolific//api/v1/hooks/secrets/",
	"/prolific/__proto__",
	"/__proto__",
	"/constructor/x",
	"/_localhook/receiver/__proto__",
	"/_localhook/deliveries/%E0%A4%A",
	"//evil.test/",
	"/%",
	"/prolific/api/v1/hooks/secrets/?__proto__=1",
	`/${"a/".repeat(3000)}`,
])("the path %s gets a JSON answer", async (path) => {
	const { url, control } = await serve();

	const answer = await exchange(url, "GET", path, token);

	expect(answer.status).toBeGreaterThanOrEqual(400);
	expect(answer.headers["content-type"]).toMatch(
		/^application\/(problem\+)?json/,
	);
	expect(JSON.parse(answer.text)).toBeTypeOf("object");
	expect((await control("GET", "/health")).status).toBe(200);
});

test("an absolute request target is read as a proxy would", async () => {
	const { port } = await serve();

	const answer = await speak(
		port,
		raw("GET http://127.0.0.1/_localhook/health HTTP/1.1"),
	);

	expect(answer).toMatch(/^HTTP\/1.1 200 /);
});

test.each(["203.0.113.7", "fe80::1"])(
	"the host %s, which is none of this machine, is a slip of the user's",
	async (host) => {
		const { engine } = await serve();

		await expect(startServer({ engine, port: 0, host })).rejects.toMatchObject({
			code: "invalid-option",
			message: expect.stringContaining(
				`Failed to listen on "${host}": it is no address of this machine. Give one`,
			),
		});
	},
);

test("a path of the control API that cannot be decoded is told how to be sent", async () => {
	const { control } = await serve();

	const { status, body } = await control("GET", "/deliveries/%ff");

	expect(status).toBe(400);
	expect(body.detail).toMatch(
		/^Failed to read the request: its path is not percent-encoded .* Encode it anew\.$/,
	);
});

test("a path that the double does not play lists those it does, in localhook's own voice", async () => {
	const { url } = await serve();

	const answer = await exchange(url, "GET", "/prolific/api/v1/studies/", token);

	expect(answer.status).toBe(404);
	expect(JSON.parse(answer.text)).toMatchObject({
		code: "unknown-operation",
		operations: expect.arrayContaining(["POST /api/v1/hooks/secrets/"]),
	});
});

test("any bytes on the wire leave the server answering", async () => {
	const { port, control } = await serve();

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
