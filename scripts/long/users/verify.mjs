import { createHmac } from "node:crypto";

/** The status of the answer to a delivery of Prolific, by its headers and its bytes. */
export function statusOf(headers, body) {
	const expected = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
		.update(headers["x-prolific-request-timestamp"] ?? "")
		.update(body)
		.digest("base64");
	return headers["x-prolific-request-signature"] === expected ? 200 : 401;
}

/** The same for a `Request`. */
export async function statusOfRequest(request) {
	const body = new Uint8Array(await request.arrayBuffer());
	return statusOf(Object.fromEntries(request.headers), body);
}
