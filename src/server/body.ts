import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyTooLarge } from "../engine/body.ts";
import { LocalhookError } from "../errors.ts";

/**
 * Reads a request's body whole. What it takes up counts until the response is over.
 *
 * @throws LocalhookError `body-too-large`; `too-busy` when the bodies of other requests leave no room for it;
 * `malformed-request` when the sender breaks off
 */
export type ReadBody = (
	request: IncomingMessage,
	response: ServerResponse,
	limit: number,
) => Promise<Uint8Array> | Uint8Array;

const empty = new Uint8Array(0);
/** Of each body, so many bytes are bounded by the number of requests: a few large ones cannot keep small ones out. */
const small = 64 * 1024;

/**
 * A reader of bodies that holds no more bytes at once than these, but of one body alone, which has a limit of its own.
 *
 * @example
 * const readBody = createBodyReader(64 * 1024 * 1024)
 * const bytes = await readBody(request, response, 1024 * 1024)
 */
export function createBodyReader(most: number): ReadBody {
	let held = 0;

	return (request, response, limit) => {
		const declared = declaredLength(request);
		if (declared === 0) return empty;
		return new Promise((resolve, reject) => {
			let bytes: GrowingBytes | undefined;
			let size = 0;
			let mine = 0;
			let refused = false;
			function hold(large: number): void {
				if (mine === 0 && large > 0) response.once("close", () => hold(0));
				held += large - mine;
				mine = large;
			}
			function refuse(error: LocalhookError): void {
				refused = true;
				bytes = undefined;
				hold(0);
				reject(error);
			}
			request.on("data", (chunk: Buffer) => {
				// Nearly every one: it need not be gathered, nor its end waited for.
				if (chunk.length === declared && declared <= Math.min(small, limit))
					return resolve(chunk);
				size += chunk.length;
				// What follows is read and dropped, so that the sender gets to see the answer; but not without end.
				if (refused) {
					if (size > limit * 8) request.destroy();
					return;
				}
				const large = Math.max(size - small, 0);
				const others = held - mine;
				if (size > limit) refuse(bodyTooLarge(limit));
				else if (others > 0 && others + large > most) refuse(noRoom(most));
				else {
					bytes ??= createGrowingBytes();
					bytes.add(chunk);
					hold(large);
				}
			});
			request.on("end", () => resolve(bytes?.all() ?? empty));
			request.on("error", () => reject(brokenOff()));
			request.on("close", () => {
				if (!request.complete) reject(brokenOff());
			});
		});
	};
}

/** undefined: it comes in chunks, and only its end will tell. */
function declaredLength({ headers }: IncomingMessage): number | undefined {
	const declared = headers["content-length"];
	if (declared !== undefined) return Number(declared);
	return headers["transfer-encoding"] === undefined ? 0 : undefined;
}

function noRoom(most: number): LocalhookError {
	return new LocalhookError(
		"too-busy",
		`Failed to read the body: with those of the other requests in progress, it is more than ${most} bytes. Send it again when some are done.`,
	);
}

function brokenOff(): LocalhookError {
	return new LocalhookError(
		"malformed-request",
		"Failed to read the body: the sender broke off.",
	);
}

/** Bytes that come piece by piece, in one place: thousands of tiny pieces would take up a hundred times their length. */
interface GrowingBytes {
	add(piece: Uint8Array): void;
	/** What has come so far. */
	all(): Uint8Array;
}

/**
 * @example
 * const bytes = createGrowingBytes()
 * bytes.add(Buffer.from("ab"))
 * bytes.all() // 2 bytes
 */
export function createGrowingBytes(): GrowingBytes {
	let store: Uint8Array = new Uint8Array(0);
	let length = 0;

	return {
		add(piece) {
			const longer = length + piece.length;
			// Most come in one piece, which need not be copied.
			if (length === 0) store = piece;
			else {
				if (longer > store.length) {
					const larger = Buffer.allocUnsafe(Math.max(longer, length * 2));
					larger.set(store.subarray(0, length));
					store = larger;
				}
				store.set(piece, length);
			}
			length = longer;
		},
		all: () => store.subarray(0, length),
	};
}
