import type { RequestHandler } from "express";
import { LocalhookError } from "../errors.ts";

/**
 * Refuses what a web page of another site makes a browser send: the browser is on loopback too, so the
 * address alone proves nothing. Pages of the listed origins are let in.
 */
export function sameSiteOnly(origins: ReadonlySet<string>): RequestHandler {
	return (request, _response, next) => {
		const site = request.get("sec-fetch-site");
		const origin = request.get("origin");
		if (origin !== undefined && origins.has(origin)) return next();
		const foreign =
			(site !== undefined && site !== "same-origin" && site !== "none") ||
			isForeign(origin, request.get("host"));
		if (!foreign) return next();
		request.resume();
		next(
			new LocalhookError(
				"refused-origin",
				`Failed to answer a page of ${JSON.stringify(origin ?? "another site")}: this is not for other sites. ` +
					"Call it from a program or from a page of this server, or allow the origin of the page: --cors-origin, or corsOrigins in TypeScript.",
			),
		);
	};
}

function isForeign(
	origin: string | undefined,
	host: string | undefined,
): boolean {
	return origin !== undefined && URL.parse(origin)?.host !== host;
}
