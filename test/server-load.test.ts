import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createGrowingBytes } from "../src/server/growing-bytes.ts";
import { exchange } from "./support/http.ts";
import { next, open, raw } from "./support/raw.ts";
import { readersOf } from "./support/readers.ts";
import { serve } from "./support/server.ts";

const stream = raw("GET /_localhook/journal/stream HTTP/1.1", {
	Connection: "keep-alive",
});

describe("requests that wait behind another one of their connection", () => {
	it("are over when the connection is", async () => {
		const limits = { limits: { requests: 2 } };
		const { port, url, engine } = await serve("prolific", {}, limits);
		const readers = readersOf(engine.journal);
		const socket = open(port, stream + stream);
		const came = [await readers.changed(), await readers.changed()];

		socket.destroy();
		const went = [await readers.changed(), await readers.changed()];

		expect([...came, ...went]).toEqual([1, 2, 1, 0]);
		const other = open(port, stream);
		await next(other);
		const { status } = await exchange(url, "GET", "/_localhook/health");
		other.destroy();
		expect(status).toBe(200);
	});
});

describe("the bodies of all requests together", () => {
	const secrets = "/prolific/api/v1/hooks/secrets/";
	const headers = {
		authorization: "Token abc",
		"content-type": "application/json",
	};
	const long = `{${" ".repeat(200_000)}}`;
	const waiting = `{"query":"state:pending","timeout":"1m"${" ".repeat(200_000)}}`;

	it("leave room for small ones alone, until a large one is done", async () => {
		const limits = { limits: { bodies: 250_000 } };
		const { port, url, engine } = await serve("prolific", {}, limits);
		const readers = readersOf(engine.journal);
		const post = (body: string) =>
			exchange(url, "POST", secrets, headers, body);
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
		const small = await post("{}");
		first.destroy();
		await readers.changed();
		const later = await post(long);

		expect(large.status).toBe(503);
		expect(JSON.parse(large.text)).toMatchObject({
			code: "too-busy",
			detail: expect.stringMatching(/more than 250000 bytes. Send it again/),
		});
		expect([small.status, later.status]).toEqual([400, 400]);
	});

	it("may be one that is larger than all may be", async () => {
		const limits = { limits: { bodies: 1000 } };
		const { url } = await serve("prolific", {}, limits);

		const { status } = await exchange(url, "POST", secrets, headers, long);

		expect(status).toBe(400);
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
