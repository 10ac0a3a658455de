import { describe, expect, it } from "vitest";
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
