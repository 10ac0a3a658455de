import type { AttemptResponse } from "../contract/records.ts";
import { Answer } from "./exchange.ts";
import { isField } from "./receiver-headers.ts";

/** More than any receiver has reason to send before its answer. */
const mostInterim = 100;
const longestInterim = 64 * 1024;
/** Of a final answer, and of what follows a body in chunks. */
const longestHead = 16 * 1024;
/** https://datatracker.ietf.org/doc/html/draft-thomson-hybi-http-timeout-03#section-2 */
const patience = /\btimeout=(\d{1,6})\b/;
const headEnd = "\r\n\r\n";
const httpStart = "HTTP/1.";
const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [^\0\r\n]*)?$/;

/** What came in place of an answer. */
export class NoHttp extends Error {
	/** Where it began. */
	readonly data: Buffer;

	constructor(message: string, data: Buffer) {
		super(message);
		this.data = data;
	}
}

/** Where the reader is: in the head, in a body of a known length or of none, in one of chunks, or behind it all. */
type Place =
	| "head"
	| "sized"
	| "unsized"
	| "chunk-size"
	| "chunk"
	| "chunk-end"
	| "trailer"
	| "end";

/**
 * Reads one answer off a connection, as https://www.rfc-editor.org/rfc/rfc9112 has it. Interim answers (100, 102, 103)
 * are left out: https://www.rfc-editor.org/rfc/rfc9110#section-15.2
 */
export class AnswerReader {
	/** After it, the receiver takes another request over the same connection. */
	keepsAlive = false;
	/** Milliseconds for which it says that it waits for one. */
	patience = Number.POSITIVE_INFINITY;
	/** A byte of it has come. */
	heard = false;
	readonly #answer = new Answer();
	#place: Place = "head";
	/** Bytes of the body, or of its chunk, that have not come. */
	#missing = 0;
	/** The beginning of a head or of a line whose end has not come. */
	#part: Buffer | undefined;
	#interim = { count: 0, bytes: 0 };
	#trailer = 0;

	/**
	 * Takes what has come. True: the answer is complete, or so long that no more of it is read.
	 *
	 * @throws NoHttp; Error where there is too much of it
	 */
	read(chunk: Buffer): boolean {
		this.heard = true;
		let bytes = chunk;
		if (this.#part !== undefined) {
			bytes = Buffer.concat([this.#part, chunk]);
			this.#part = undefined;
		}
		while (bytes.length > 0 && this.#place !== "end") {
			const used = this.#step(bytes);
			if (used === 0) {
				this.#part = bytes;
				return false;
			}
			bytes = bytes.subarray(used);
		}
		// Nobody asked for what follows.
		if (bytes.length > 0) this.keepsAlive = false;
		return this.#place === "end";
	}

	/** The receiver has ended the connection. True: that was the end of the answer. */
	close(): boolean {
		return this.#place === "unsized";
	}

	response(): AttemptResponse {
		return this.#answer.end();
	}

	/** @returns how many bytes it has used; 0: it needs more of them */
	#step(bytes: Buffer): number {
		if (this.#place === "head") return this.#readHead(bytes);
		if (this.#place === "sized" || this.#place === "unsized")
			return this.#readBody(bytes, "end");
		if (this.#place === "chunk") return this.#readBody(bytes, "chunk-end");
		return this.#readLine(bytes);
	}

	#readHead(bytes: Buffer): number {
		const end = bytes.indexOf(headEnd);
		const length = end < 0 ? bytes.length : end;
		const start = bytes.toString("latin1", 0, httpStart.length);
		if (!httpStart.startsWith(start))
			throw new NoHttp(`it begins with ${shown(bytes)}`, bytes);
		// The first digit of the status.
		if (bytes[9] === 0x31) {
			this.#interim.bytes += end < 0 ? 0 : length;
			if (
				this.#interim.count >= mostInterim ||
				this.#interim.bytes + (end < 0 ? length : 0) > longestInterim
			)
				throw new Error(tooMany);
		} else if (length > longestHead)
			throw new Error(
				`the receiver's answer has more than ${longestHead / 1024} KiB of headers`,
			);
		if (end < 0) return 0;
		this.#place = this.#readFields(bytes.toString("latin1", 0, end), bytes);
		return end + headEnd.length;
	}

	#readFields(head: string, bytes: Buffer): Place {
		const [first = "", ...lines] = head.split("\r\n");
		const [, minor, code] = statusLine.exec(first) ?? [];
		if (code === undefined)
			throw new NoHttp(`its first line is ${shown(bytes)}`, bytes);
		const status = Number(code);
		if (status === 101)
			throw new Error(
				"the receiver answered 101 Switching Protocols, which was not asked for",
			);
		if (status < 200) {
			this.#interim.count++;
			return "head";
		}
		const headers = fieldsIn(lines, bytes);
		this.#answer.status = status;
		this.#answer.headers = headers;
		const connection = textOf(headers.connection).toLowerCase();
		this.keepsAlive =
			minor === "1"
				? !/\bclose\b/.test(connection)
				: /\bkeep-alive\b/.test(connection);
		const [, seconds] = patience.exec(textOf(headers["keep-alive"])) ?? [];
		if (seconds !== undefined) this.patience = Number(seconds) * 1000;
		return this.#placeBehind(status, headers, bytes);
	}

	/** How long the body is: https://www.rfc-editor.org/rfc/rfc9112#section-6.3 */
	#placeBehind(
		status: number,
		headers: AttemptResponse["headers"],
		bytes: Buffer,
	): Place {
		const { "transfer-encoding": coding, "content-length": length } = headers;
		if (status === 204 || status === 304) return "end";
		if (coding !== undefined) {
			if (length !== undefined)
				throw new NoHttp(
					"it has both a Content-Length and a Transfer-Encoding",
					bytes,
				);
			if (/(?:^|[\s,])chunked$/i.test(textOf(coding))) return "chunk-size";
		} else if (length !== undefined) {
			if (typeof length !== "string" || !/^\d{1,15}$/.test(length))
				throw new NoHttp("its Content-Length is no number", bytes);
			this.#missing = Number(length);
			return this.#missing === 0 ? "end" : "sized";
		}
		this.keepsAlive = false;
		this.#missing = Number.POSITIVE_INFINITY;
		return "unsized";
	}

	#readBody(bytes: Buffer, next: Place): number {
		const used = Math.min(bytes.length, this.#missing);
		this.#missing -= used;
		if (this.#missing === 0) this.#place = next;
		if (!this.#answer.add(bytes.subarray(0, used))) {
			this.keepsAlive = false;
			this.#place = "end";
		}
		return used;
	}

	#readLine(bytes: Buffer): number {
		const end = bytes.indexOf("\r\n");
		this.#trailer += this.#place === "trailer" && end > 0 ? end : 0;
		if (Math.max(end, this.#trailer, end < 0 ? bytes.length : 0) > longestHead)
			throw new NoHttp("a line between its chunks is too long", bytes);
		if (end < 0) return 0;
		const line = bytes.toString("latin1", 0, end);
		if (this.#place === "chunk-size") this.#beginChunk(line, bytes);
		else if (this.#place === "trailer") {
			if (line === "") this.#place = "end";
		} else if (line === "") this.#place = "chunk-size";
		else throw new NoHttp("a chunk is longer than it says", bytes);
		return end + "\r\n".length;
	}

	#beginChunk(line: string, bytes: Buffer): void {
		const [, size] = /^([\da-f]{1,12})[\t ]*(?:;.*)?$/i.exec(line) ?? [];
		if (size === undefined)
			throw new NoHttp("the size of a chunk is no number", bytes);
		this.#missing = Number.parseInt(size, 16);
		this.#place = this.#missing === 0 ? "trailer" : "chunk";
	}
}

const tooMany = `the receiver sent more than ${mostInterim} interim answers (1xx) or ${longestInterim / 1024} KiB of them, and no final one`;

function fieldsIn(lines: readonly string[], bytes: Buffer) {
	const found: Record<string, string | string[]> = {};
	for (const line of lines) {
		const colon = line.indexOf(":");
		const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
		const value = line.slice(colon + 1).trim();
		if (!isField(name, value))
			throw new NoHttp(
				`one of its headers is ${JSON.stringify(line.slice(0, 40))}`,
				bytes,
			);
		const before = Object.hasOwn(found, name) ? found[name] : undefined;
		const all = before === undefined ? value : [before, value].flat();
		if (name !== "__proto__") found[name] = all;
		else
			Object.defineProperty(found, name, {
				value: all,
				enumerable: true,
				configurable: true,
			});
	}
	return found;
}

function textOf(field: string | string[] | undefined): string {
	return typeof field === "string" ? field : (field?.join(",") ?? "");
}

function shown(bytes: Buffer): string {
	const [line = ""] = bytes.toString("latin1", 0, 40).split(/[\r\n]/, 1);
	return JSON.stringify(line);
}
