import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AnswerReader } from "../src/delivery/answer-reader.ts";

/** What a reader makes of an answer that comes in these pieces, and is ended by the receiver where it is not complete. */
function readIn(pieces: readonly Buffer[]) {
	const reader = new AnswerReader();
	const isComplete = pieces.some((piece) => reader.read(piece));
	if (!isComplete && !reader.close()) return "incomplete";
	const { status, headers, body, truncated } = reader.response();
	const text = Buffer.from(body).toString("latin1");
	return { status, headers, text, truncated, keeps: reader.keepsAlive };
}

const read = (text: string) => readIn([Buffer.from(text, "latin1")]);
const ok = "HTTP/1.1 200 OK\r\n";
const sized = "content-length: 2\r\n\r\nok";
const chunked = "transfer-encoding: chunked\r\n\r\n";

describe("An answer", () => {
	it.each([
		["with a length", `${ok}${sized}`, { text: "ok", keeps: true }],
		["without a reason", `HTTP/1.1 200\r\n${sized}`, { text: "ok" }],
		["of status 204", "HTTP/1.1 204 No\r\n\r\n", { text: "", keeps: true }],
		[
			"in chunks",
			`${ok}${chunked}2;x=y\r\nok\r\nA\r\n0123456789\r\n0\r\n\r\n`,
			{ text: "ok0123456789", keeps: true },
		],
		[
			"in chunks, with trailers",
			`${ok}${chunked}1\r\nx\r\n0\r\na: b\r\nc: d\r\n\r\n`,
			{ text: "x", keeps: true },
		],
		[
			"until the end",
			`${ok}\r\nall of it`,
			{ text: "all of it", keeps: false },
		],
		[
			"that says close",
			`${ok}connection: Close\r\n${sized}`,
			{ text: "ok", keeps: false },
		],
		[
			"of HTTP/1.0",
			`HTTP/1.0 200 OK\r\n${sized}`,
			{ text: "ok", keeps: false },
		],
		[
			"of HTTP/1.0 that stays",
			`HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n${sized}`,
			{ text: "ok", keeps: true },
		],
		[
			"with more than was asked for",
			`${ok}${sized}HTTP/1.1 200 OK\r\n`,
			{ text: "ok", keeps: false },
		],
		[
			"with a header twice",
			`${ok}a: 1\r\nA: 2\r\n${sized}`,
			{ headers: { a: ["1", "2"], "content-length": "2" } },
		],
		[
			"that says how it ends in one of several fields",
			`${ok}transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
			{ text: "" },
		],
	])("is read: %s", (_, text, expected) => {
		expect(read(text)).toMatchObject(expected);
	});

	it("has a header of any name, and no object learns from it", () => {
		const answer = read(`${ok}__proto__: x\r\ntoString: y\r\n${sized}`);

		expect(Object.entries(Object(answer).headers)).toEqual([
			["__proto__", "x"],
			["tostring", "y"],
			["content-length", "2"],
		]);
	});

	it("is the same in whatever pieces it comes", () => {
		const answers = [
			`HTTP/1.1 100 Continue\r\n\r\n${ok}a: b\r\n${sized}`,
			`${ok}${chunked}4\r\nwiki\r\n5\r\npedia\r\n0\r\nx: y\r\n\r\n`,
			`${ok}\r\nuntil the end`,
		];
		const cuts = fc.array(fc.nat({ max: 90 }), { maxLength: 12 });
		fc.assert(
			fc.property(fc.constantFrom(...answers), cuts, (text, places) => {
				const ends = [...places, text.length].sort((a, b) => a - b);
				const pieces = ends.map((end, i) =>
					Buffer.from(text.slice(ends[i - 1] ?? 0, end), "latin1"),
				);
				expect(readIn(pieces.filter(({ length }) => length > 0))).toEqual(
					read(text),
				);
			}),
		);
	});

	it.each([
		["of a length that has not come", `${ok}content-length: 3\r\n\r\nok`],
		["in chunks without the last", `${ok}${chunked}2\r\nok\r\n`],
		["of half a head", ok],
	])("is incomplete: %s", (_, text) => {
		expect(read(text)).toBe("incomplete");
	});

	it.each([
		["of another protocol", "SSH-2.0-OpenSSH_9.6\r\n", /begins with "SSH-2.0/],
		["of HTTP/2", "HTTP/2 200 OK\r\n\r\n", /begins with "HTTP\/2/],
		[
			"with a status that is none",
			"HTTP/1.1 2x0 OK\r\n\r\n",
			/first line is "HTTP\/1.1 2x0/,
		],
		["with a header without a name", `${ok}: x\r\n\r\n`, /headers is ": x"/],
		[
			"with a space before the colon",
			`${ok}content-length : 2\r\n\r\nok`,
			/headers is/,
		],
		["with a folded header", `${ok}a: b\r\n c\r\n\r\n`, /headers is/],
		["with a line feed in a header", `${ok}a: b\nc: d\r\n\r\n`, /headers is/],
		[
			"with a length that is no number",
			`${ok}content-length: 0x2\r\n\r\nok`,
			/Content-Length is no number/,
		],
		[
			"with two lengths",
			`${ok}content-length: 2\r\n${sized}`,
			/Content-Length is no number/,
		],
		[
			"with a length and chunks",
			`${ok}content-length: 2\r\n${chunked}`,
			/both/,
		],
		["with a chunk of no size", `${ok}${chunked}-1\r\n`, /size of a chunk/],
		[
			"with a chunk that is longer than it says",
			`${ok}${chunked}1\r\nok\r\n`,
			/longer than it says/,
		],
		[
			"with a head without end",
			`${ok}a: ${"x".repeat(17_000)}`,
			/more than 16 KiB/,
		],
		[
			"with a chunk's line without end",
			`${ok}${chunked}1;${"x".repeat(17_000)}`,
			/too long/,
		],
		[
			"with trailers without end",
			`${ok}${chunked}0\r\n${"a: b\r\n".repeat(9000)}`,
			/too long/,
		],
	])("is refused: %s", (_, text, message) => {
		expect(() => read(text)).toThrow(message);
	});

	it("is kept up to 64 KiB, and read up to 1 MiB", () => {
		const long = (length: number) => read(`${ok}\r\n${"x".repeat(length)}`);

		expect(long(100_000)).toMatchObject({ truncated: true });
		expect(Object(long(100_000)).text).toHaveLength(64 * 1024);
		const reader = new AnswerReader();
		reader.read(Buffer.from(`${ok}content-length: 9000000\r\n\r\n`));
		const chunk = Buffer.alloc(100_000, "x");
		const reads = Array.from({ length: 11 }, () => reader.read(chunk));
		expect(reads.indexOf(true)).toBe(10);
		expect(reader.keepsAlive).toBe(false);
	});
});
