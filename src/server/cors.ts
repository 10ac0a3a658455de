import type {
	IncomingHttpHeaders,
	IncomingMessage,
	ServerResponse,
} from "node:http";
import type { RequestHandler } from "express";
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

/**
 * Whether a web page of another site made a browser send a request: the browser is on loopback too, so the address alone
 * proves nothing. Pages of the listed origins may send them.
 */
export function isOfOtherSite(
	{ origin, host, "sec-fetch-site": site }: IncomingHttpHeaders,
	origins: ReadonlySet<string>,
): boolean {
	if (origin !== undefined && origins.has(origin)) return false;
	const isOwn = site === undefined || site === "same-origin" || site === "none";
	return !isOwn || (origin !== undefined && URL.parse(origin)?.host !== host);
}

/** Refuses requests that a web page of another site made a browser send. */
export function sameSiteOnly(origins: ReadonlySet<string>): RequestHandler {
	return (request, _response, next) => {
		if (!isOfOtherSite(request.headers, origins)) return next();
		request.resume();
		const origin = JSON.stringify(request.headers.origin ?? "another site");
		next(
			new LocalhookError(
				"refused-origin",
				`Failed to answer a page of ${origin}: this is not for other sites. ` +
					"Call it from a program or from a page of this server, or allow the origin of the page: --cors-origin, or corsOrigins in TypeScript.",
			),
		);
	};
}
