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
 * Whether a request is a plain health check, which is answered without loading Express: tools that wait for a server send
 * nothing else. The application answers every other form of it, and refuses what is not allowed.
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
