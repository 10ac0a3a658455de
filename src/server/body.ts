import type { IncomingMessage } from "node:http";
import { LocalhookError } from "../errors.ts";

const empty = new Uint8Array(0);

/**
 * A request's body, whole.
 *
 * @throws LocalhookError `body-too-large`, `malformed-request` when the sender breaks off
 */
export function readBody(
	request: IncomingMessage,
	limit: number,
): Promise<Uint8Array> | Uint8Array {
	const declared = request.headers["content-length"];
	if (
		declared === "0" ||
		(declared === undefined &&
			request.headers["transfer-encoding"] === undefined)
	)
		return empty;
	return new Promise((resolve, reject) => {
		const chunks: Buffer[] = [];
		let size = 0;
		request.on("data", (chunk: Buffer) => {
			size += chunk.length;
			if (size <= limit) {
				chunks.push(chunk);
			} else {
				// What follows is read and dropped, so that the sender gets to see the answer; but not without end.
				chunks.length = 0;
				reject(tooLarge(limit));
				if (size > limit * 8) request.destroy();
			}
		});
		request.on("end", () =>
			resolve(
				chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks),
			),
		);
		request.on("error", () => reject(brokenOff()));
		request.on("close", () => {
			if (!request.complete) reject(brokenOff());
		});
	});
}

function tooLarge(limit: number): LocalhookError {
	return new LocalhookError(
		"body-too-large",
		`Failed to read the body: it is larger than ${limit} bytes. Send less.`,
	);
}

function brokenOff(): LocalhookError {
	return new LocalhookError(
		"malformed-request",
		"Failed to read the body: the sender broke off.",
	);
}
