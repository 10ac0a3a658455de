import type { IncomingMessage, ServerResponse } from "node:http";
import { bodyTooLarge } from "../engine/body.ts";
import { LocalhookError } from "../errors.ts";

export type ReadBody = ReturnType<typeof createBodyReader>;

const empty = new Uint8Array(0);
/** Of each body, so many bytes are bounded by the number of requests: a few large ones cannot keep small ones out. */
const small = 64 * 1024;

/**
 * A reader of whole bodies that holds no more bytes at once than these, but of one body alone, which has a limit of its
 * own. What a body takes up counts until the response is over.
 *
 * The reader throws a LocalhookError: `body-too-large`; `too-busy` when the bodies of other requests leave no room for
 * it; `malformed-request` when the sender breaks off.
 */
export function createBodyReader(most: number) {
	let held = 0;

	return (
		request: IncomingMessage,
		response: ServerResponse,
		limit: number,
	): Promise<Uint8Array> | Uint8Array => {
		const declared = declaredLength(request);
		if (declared === 0) return empty;
		return new Promise((resolve, reject) => {
			let bytes: ReturnType<typeof createGrowingBytes> | undefined;
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
			const breakOff = () =>
				reject(
					new LocalhookError(
						"malformed-request",
						"Failed to read the body: the sender broke off.",
					),
				);
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
			request.on("error", breakOff);
			request.on("close", () => request.complete || breakOff());
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

/**
 * Bytes that come piece by piece, in one place: thousands of tiny pieces would take up a hundred times their length.
 */
export function createGrowingBytes() {
	let store: Uint8Array = empty;
	let length = 0;

	return {
		add(piece: Uint8Array): void {
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
		/** What has come so far. */
		all: () => store.subarray(0, length),
	};
}
