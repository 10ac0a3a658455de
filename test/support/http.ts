import http, { type IncomingHttpHeaders } from "node:http";
import https from "node:https";

/** One HTTP exchange exactly as asked: no redirects, no headers of a client library's own, any method and path. */
export function exchange(
	base: string,
	method: string,
	path: string,
	headers: Record<string, string> = {},
	body?: string | Uint8Array,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
	const { protocol, hostname, port, pathname } = new URL(base);
	// Looked up for each call: what intercepts requests puts itself in its place.
	const send = protocol === "https:" ? https.request : http.request;
	return new Promise((resolve, reject) => {
		const options = {
			hostname,
			port,
			method,
			path: `${pathname.replace(/\/$/, "")}${path}`,
			headers,
			agent: false,
		};
		// Node leaves the length out for DELETE, and a server takes what follows for another request.
		if (body !== undefined)
			options.headers = {
				"content-length": String(Buffer.byteLength(body)),
				...headers,
			};
		const request = send(options, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("error", reject);
			response.on("end", () => {
				resolve({
					status: response.statusCode as number,
					headers: response.headers,
					text: Buffer.concat(chunks).toString(),
				});
			});
		});
		request.on("error", reject);
		request.end(body);
	});
}
