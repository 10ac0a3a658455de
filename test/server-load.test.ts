import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGrowingBytes } from "../src/server/request.ts";
import { acme } from "./support/acme.ts";
import { exchange } from "./support/http.ts";
import { heard, open, raw } from "./support/raw.ts";
import { readersOf } from "./support/readers.ts";
import { serve } from "./support/server.ts";

const stream = raw("GET /_localhook/journal/stream HTTP/1.1", {
	Connection: "keep-alive",
});

const health = raw("GET /_localhook/health HTTP/1.1", {
	Connection: "keep-alive",
});
const front = raw("GET / HTTP/1.1", { Connection: "keep-alive" });
const long = "x".repeat(100_000);
const withBody = raw(
	"POST /_localhook/wait HTTP/1.1",
	{ Connection: "keep-alive", "Content-Type": "application/json" },
	`{"query":"id:${long}"}`,
);

describe("requests that wait behind another one of their connection", () => {
	it.each([
		["one more stream", 2, stream],
		["more than may be in progress", 2, health.repeat(700)],
		["answers that are not read", 8, front.repeat(8)],
		["a body that does not fit", 2, withBody],
	])("give back what they took, with %s", async (_, requests, behind) => {
		const { port, url, engine } = await serve(
			acme(),
			{},
			{ limits: { requests } },
		);
		const readers = readersOf(engine.journal);
		const socket = open(port, stream).on("error", () => {});
		await readers.changed();
		socket.write(behind);
		// An answer of another connection: by now the server has read what came before.
		await exchange(url, "GET", "/_localhook/health");

		socket.destroy();
		const left = await readers.changed();

		const answers = Array.from({ length: requests }, () =>
			exchange(url, "GET", "/_localhook/health"),
		);
		expect(left).toBe(0);
		for (const { status } of await Promise.all(answers))
			expect(status).toBe(200);
	});

	it("are answered one after the other", async () => {
		const { port } = await serve(acme(), {}, { limits: { requests: 4 } });
		const last = raw("GET /nowhere HTTP/1.1");

		const answer = await heard(open(port, health.repeat(3) + last));

		expect(answer.match(/HTTP\/1.1 \d+/g)).toEqual([
			"HTTP/1.1 200",
			"HTTP/1.1 200",
			"HTTP/1.1 200",
			"HTTP/1.1 404",
		]);
	});
});

describe("the bodies of all requests together", () => {
	const things = "/acme/things";
	const headers = { "content-type": "application/json" };
	const short = '{"name":"anvil"}';
	const long = `${short}${" ".repeat(200_000)}`;
	const waiting = `{"query":"state:pending","timeout":"1m"${" ".repeat(200_000)}}`;

	it("leave room for small ones alone, until a large one is done", async () => {
		const limits = { limits: { bodies: 250_000 } };
		const { port, url, engine } = await serve(acme(), {}, limits);
		const readers = readersOf(engine.journal);
		const post = (body: string) => exchange(url, "POST", things, headers, body);
		const first = open(
			port,
			raw(
				"POST /_localhook/wait HTTP/1.1",
				{ "Content-Type": "application/json" },
				waiting,
			),
		);
		await readers.changed();

		const large = await post(long);
		const small = await post(short);
		first.destroy();
		await readers.changed();
		const later = await post(long);

		expect(large.status).toBe(503);
		expect(JSON.parse(large.text)).toMatchObject({
			code: "too-busy",
			detail: expect.stringMatching(/more than 250000 bytes. Send it again/),
		});
		expect([small.status, later.status]).toEqual([201, 201]);
	});

	it("may be one that is larger than all may be", async () => {
		const limits = { limits: { bodies: 1000 } };
		const { url } = await serve(acme(), {}, limits);

		const { status } = await exchange(url, "POST", things, headers, long);

		expect(status).toBe(201);
	});
});

describe("a body in pieces", () => {
	it("comes through whole", () => {
		fc.assert(
			fc.property(fc.array(fc.uint8Array()), (pieces) => {
				const bytes = createGrowingBytes();

				for (const piece of pieces) bytes.add(piece);

				expect(Buffer.from(bytes.all())).toEqual(Buffer.concat(pieces));
			}),
		);
	});

	it("takes up twice its length at the most, however small they are", () => {
		const bytes = createGrowingBytes();

		for (let i = 0; i < 100_000; i++) bytes.add(Buffer.from("a"));

		expect(bytes.all()).toHaveLength(100_000);
		expect(bytes.all().buffer.byteLength).toBeLessThan(200_000);
	});
});
