import type { IncomingMessage } from "node:http";
import type { Engine } from "../engine/engine.ts";
import { version } from "../generated/version.ts";
import { type Access, showsToken } from "./access-token.ts";
import { isOfOtherSite } from "./cors.ts";

/** What `GET /_localhook/health` says. */
export function healthOf({ seed, sessions, time }: Engine) {
	const { mode, speed, now } = time;
	return {
		status: "ok",
		version,
		seed,
		providers: [...sessions.keys()],
		clock: { mode, speed, now: new Date(now).toISOString() },
	};
}

/**
 * Whether a request asks for the health and for nothing else: tools that wait for a server ask nothing but that, and are
 * not kept until Express is loaded. What is to be refused, or asked in another way, is for the application.
 */
export function isHealthCheck(
	{ method, url, headers }: IncomingMessage,
	{ origins, token }: Access,
): boolean {
	return (
		method === "GET" &&
		url === "/_localhook/health" &&
		headers["transfer-encoding"] === undefined &&
		headers["content-length"] === undefined &&
		!isOfOtherSite(headers, origins) &&
		showsToken(headers, token)
	);
}
