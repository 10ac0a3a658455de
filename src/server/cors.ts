import type { IncomingMessage, ServerResponse } from "node:http";
import { LocalhookError } from "../errors.ts";
import { quotedUrl } from "../mask-url.ts";

/**
 * Lets the pages of some origins read answers, and asks nobody else's: without any, no answer has a CORS header.
 *
 * @returns whether the request was a browser's question ahead of the real one, which has been answered
 */
export function createCors(
	origins: ReadonlySet<string>,
): (request: IncomingMessage, response: ServerResponse) => boolean {
	return ({ method, headers }, response) => {
		response.setHeader("vary", "origin");
		const { origin } = headers;
		if (origin === undefined || !origins.has(origin)) return false;
		response.setHeader("access-control-allow-origin", origin);
		response.setHeader("access-control-expose-headers", "*");
		const asked = headers["access-control-request-method"];
		if (method !== "OPTIONS" || asked === undefined) return false;
		response.setHeader(
			"access-control-allow-methods",
			"GET, HEAD, POST, PUT, PATCH, DELETE",
		);
		// The asterisk means every header but this one.
		response.setHeader("access-control-allow-headers", "*, authorization");
		response.setHeader("access-control-max-age", "600");
		// A page of the internet that asks for this machine: https://wicg.github.io/private-network-access/
		if (headers["access-control-request-private-network"] === "true")
			response.setHeader("access-control-allow-private-network", "true");
		response.writeHead(204).end();
		return true;
	};
}

/** @throws LocalhookError `invalid-option` unless the text is one exact origin. */
export function parseCorsOrigin(text: string): string {
	const url = URL.parse(text);
	const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
	const isOne = text !== "null" && !text.includes("*");
	if (isWeb && isOne && url?.origin === text.toLowerCase()) return url.origin;
	const reason = isOne ? "it is not an origin" : "it means more than one page";
	throw new LocalhookError(
		"invalid-option",
		`Invalid CORS origin ${quotedUrl(text)}: ${reason}. Give one such as http://localhost:5173, exactly, without a path.`,
	);
}
