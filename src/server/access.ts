import { randomBytes } from "node:crypto";
import type {
	IncomingHttpHeaders,
	IncomingMessage,
	ServerResponse,
} from "node:http";
import { invalidOption, LocalhookError } from "../errors.ts";
import { sameText } from "../signing/digests.ts";
import { quotedUrl } from "../web-address.ts";

/** Where a server listens, and who may call it. */
export interface AccessOptions {
	/** Default: both loopback addresses. Beyond them, the control API and the front page require a token. */
	readonly host?: string | undefined;
	/** Names the server answers to beside loopback and the providers' own. */
	readonly allowHosts?: readonly string[] | undefined;
	/** Origins whose pages may call the control API and the providers' and read the answers. Default: none. */
	readonly corsOrigins?: readonly string[] | undefined;
	/** What the control API and the front page require. Default: one is made where one is needed. */
	readonly token?: string | undefined;
}

export interface Access {
	readonly origins: ReadonlySet<string>;
	readonly token: string | undefined;
}

/** Not from the seed, unlike everything else: what can be repeated can be guessed. */
export function createAccessToken(): string {
	return randomBytes(24).toString("base64url");
}

export function parseAccessToken(text: string): string {
	if (/^[\x21-\x7e]{16,256}$/.test(text)) return text;
	throw invalidOption(
		"Failed to read the token: it is not 16 to 256 visible ASCII characters. " +
			"Give such a token, or leave it out: localhook then makes one.",
	);
}

export function tokenProblem(
	headers: IncomingHttpHeaders,
	{ token }: Access,
): LocalhookError | undefined {
	if (token === undefined) return undefined;
	const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
	const shown = headers["x-localhook-token"]?.toString() ?? bearer;
	// In a time that says nothing about the token.
	if (shown !== undefined && sameText(shown, token)) return undefined;
	const problem =
		shown === undefined ? "the token is missing" : "the token is another one";
	return new LocalhookError(
		"refused-token",
		`Failed to answer: ${problem}. Send "Authorization: Bearer <token>" or "X-Localhook-Token: <token>" ` +
			"with the one that localhook was started with, or that it printed when it started.",
	);
}

/** A name or address, and perhaps a port; nothing else may pass for a host. */
export const hostForm =
	/^(\[[0-9a-f:.]{2,45}\]|[a-z0-9._-]{1,253})(:\d{1,5})?$/i;

export function parseHostName(text: string): string {
	const match = hostForm.exec(text);
	const url = match && URL.parse(`http://${match[1]}`);
	if (url && match[2] === undefined) return url.hostname;
	throw invalidOption(
		`Invalid host name ${quotedUrl(text)}: it is not a name alone. Give one such as hooks.internal, without a port.`,
	);
}

export function parseCorsOrigin(text: string): string {
	const url = URL.parse(text);
	const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
	const isOne = text !== "null" && !text.includes("*");
	if (isWeb && isOne && url?.origin === text.toLowerCase()) return url.origin;
	const reason = isOne ? "it is not an origin" : "it means more than one page";
	throw invalidOption(
		`Invalid CORS origin ${quotedUrl(text)}: ${reason}. Give one such as http://localhost:5173, exactly, without a path.`,
	);
}

/**
 * Why a request is refused that a web page of another site made a browser send: the browser is on loopback too, so the
 * address alone proves nothing. Pages of the listed origins may send them.
 */
export function originProblem(
	{ origin, host, "sec-fetch-site": site }: IncomingHttpHeaders,
	{ origins }: Access,
): LocalhookError | undefined {
	if (origin !== undefined && origins.has(origin)) return undefined;
	const isOwnSite =
		site === undefined || site === "same-origin" || site === "none";
	const isOwnOrigin = origin === undefined || URL.parse(origin)?.host === host;
	if (isOwnSite && isOwnOrigin) return undefined;
	return new LocalhookError(
		"refused-origin",
		`Failed to answer a page of ${JSON.stringify(origin ?? "another site")}: this is not for other sites. ` +
			"Call it from a program or from a page of this server, or allow the origin of the page: --cors-origin, or corsOrigins in TypeScript.",
	);
}

/**
 * Lets the pages of some origins read an answer.
 *
 * @returns whether the request was a browser's question ahead of the real one, which has been answered
 */
export function answerCors(
	origins: ReadonlySet<string>,
	{ method, headers }: IncomingMessage,
	response: ServerResponse,
): boolean {
	response.setHeader("vary", "origin");
	const { origin } = headers;
	if (origin === undefined || !origins.has(origin)) return false;
	response.setHeader("access-control-allow-origin", origin);
	response.setHeader("access-control-expose-headers", "*");
	const asked = headers["access-control-request-method"];
	if (method !== "OPTIONS" || asked === undefined) return false;
	// A page of the internet that asks for this machine: https://wicg.github.io/private-network-access/
	if (headers["access-control-request-private-network"] === "true")
		response.setHeader("access-control-allow-private-network", "true");
	const answer = {
		"access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
		// The asterisk means every header but this one.
		"access-control-allow-headers": "*, authorization",
		"access-control-max-age": "600",
	};
	response.writeHead(204, answer).end();
	return true;
}
