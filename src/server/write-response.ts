import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** Writes a `Response` out, as its body comes; that of a network error cuts the connection. */
export async function writeResponse(
	response: ServerResponse,
	{ status, statusText, headers, body }: Response,
): Promise<void> {
	if (status === 0) {
		response.destroy();
		return;
	}
	for (const [name, value] of headers)
		if (name !== "set-cookie") response.setHeader(name, value);
	const cookies = headers.getSetCookie();
	if (cookies.length > 0) response.setHeader("set-cookie", cookies);
	response.writeHead(status, statusText || undefined);
	if (body === null) {
		response.end();
		return;
	}
	// A caller that leaves, and a body that breaks off, end the connection; there is nobody to tell.
	await pipeline(Readable.fromWeb(body), response).catch(() => {});
}
