import type { AttemptResponse } from "../contract/records.ts";

/** How much of an answer is kept, and how much is read at all. */
const kept = 64 * 1024;
const read = 1024 * 1024;
const empty = new Uint8Array(0);

/** Receivers repeat themselves, and thousands of answers are kept. */
export interface Repeating {
	lastAnswer: AttemptResponse;
}

export function createRepeating(): Repeating {
	return {
		lastAnswer: {
			status: 0,
			headers: {},
			body: empty,
			truncated: false,
		},
	};
}

/** A receiver's answer while it comes in. */
export class Answer {
	readonly #lane: Repeating;
	#status = 0;
	#headers: AttemptResponse["headers"] = {};
	readonly #chunks: Uint8Array[] = [];
	#size = 0;

	constructor(lane: Repeating) {
		this.#lane = lane;
	}

	begin(status: number, headers: AttemptResponse["headers"]): void {
		this.#status = status;
		this.#headers = headers;
	}

	/** Takes a part of the body. False: it is too long for any more to be read. */
	add(chunk: Uint8Array): boolean {
		if (this.#size < kept) this.#chunks.push(chunk);
		this.#size += chunk.length;
		return this.#size <= read;
	}

	end(): AttemptResponse {
		const body = joined(this.#chunks, Math.min(this.#size, kept));
		const truncated = this.#size > kept;
		const { lastAnswer } = this.#lane;
		if (
			this.#status !== lastAnswer.status ||
			truncated !== lastAnswer.truncated ||
			!equal(body, lastAnswer.body) ||
			!same(this.#headers, lastAnswer.headers)
		) {
			this.#lane.lastAnswer = {
				status: this.#status,
				headers: this.#headers,
				body: new Uint8Array(body),
				truncated,
			};
		}
		return this.#lane.lastAnswer;
	}
}

/** By names in lower case, as on the wire of undici: happy-dom gives them as they were typed. */
export function headersOf({
	headers,
}: Pick<Response, "headers">): Record<string, string | string[]> {
	const found: Record<string, string | string[]> = {};
	headers.forEach((value, typed) => {
		const name = typed.toLowerCase();
		const before = found[name];
		found[name] = before === undefined ? value : [before, value].flat();
	});
	return found;
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
	const [first, ...more] = chunks;
	if (more.length === 0) return (first ?? empty).subarray(0, length);
	const whole = new Uint8Array(length);
	let end = 0;
	for (const chunk of chunks) {
		whole.set(chunk.subarray(0, length - end), end);
		end += chunk.length;
	}
	return whole;
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
	if (one.length !== other.length) return false;
	for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
	return true;
}

function same(
	one: AttemptResponse["headers"],
	other: AttemptResponse["headers"],
): boolean {
	let names = 0;
	for (const name in one) {
		if (one[name] !== other[name]) return false;
		names++;
	}
	for (const _ in other) names--;
	return names === 0;
}
