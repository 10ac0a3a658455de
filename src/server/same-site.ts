import type { RequestHandler } from "express";
import { LocalhookError } from "../errors.ts";

/**
 * Refuses what a web page of another site makes a browser send: the browser is on loopback too, so the
 * address alone proves nothing.
 */
export const sameSiteOnly: RequestHandler = (request, _response, next) => {
	const site = request.get("sec-fetch-site");
	const origin = request.get("origin");
	const foreign =
		(site !== undefined && site !== "same-origin" && site !== "none") ||
		isForeign(origin, request.get("host"));
	if (!foreign) return next();
	next(
		new LocalhookError(
			"refused-origin",
			`Failed to answer a page of ${JSON.stringify(origin ?? "another site")}: the control API is not for other sites. ` +
				"Call it from a program, or from a page of this server.",
		),
	);
};

function isForeign(
	origin: string | undefined,
	host: string | undefined,
): boolean {
	return origin !== undefined && URL.parse(origin)?.host !== host;
}
