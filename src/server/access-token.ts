import { randomBytes } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { RequestHandler } from "express";
import { LocalhookError } from "../errors.ts";
import { sameText } from "../signing/same-text.ts";

/** Who may use the control API and the front page. */
export interface Access {
	/** Of other sites whose pages may. */
	readonly origins: ReadonlySet<string>;
	/** What everybody has to show; absent: nothing. */
	readonly token: string | undefined;
}

/** Not from the seed, unlike everything else: what can be repeated can be guessed. */
export function createAccessToken(): string {
	return randomBytes(24).toString("base64url");
}

/** @throws LocalhookError `invalid-option` for a token that is too short or that no header can carry. */
export function parseAccessToken(text: string): string {
	if (/^[\x21-\x7e]{16,256}$/.test(text)) return text;
	throw new LocalhookError(
		"invalid-option",
		"Failed to read the token: it is not 16 to 256 visible ASCII characters. " +
			"Give such a one, or leave it out to have one made.",
	);
}

/** Whether a request shows the token, in a time that says nothing about it; absent: none is asked for. */
export function showsToken(
	headers: IncomingHttpHeaders,
	token: string | undefined,
): boolean {
	const given = shownIn(headers);
	return token === undefined || (given !== undefined && sameText(given, token));
}

function shownIn(headers: IncomingHttpHeaders): string | undefined {
	const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
	return headers["x-localhook-token"]?.toString() ?? bearer;
}

/** Refuses what does not show the token. */
export function requireToken(token: string): RequestHandler {
	return (request, response, next) => {
		const { headers } = request;
		if (showsToken(headers, token)) return next();
		request.resume();
		response.set("www-authenticate", "Bearer");
		const problem =
			shownIn(headers) === undefined
				? "the token is missing"
				: "the token is another one";
		next(
			new LocalhookError(
				"refused-token",
				`Failed to answer: ${problem}. Send "Authorization: Bearer <token>" or "X-Localhook-Token: <token>" ` +
					"with the one that localhook was started with, or that it printed when it started.",
			),
		);
	};
}
