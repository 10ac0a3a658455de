import type { ServerResponse } from "node:http";
import { type EngineReply, problemReply } from "../engine/engine.ts";

/** Writes a reply out; `done` runs once the caller has been handed all of it. */
export function writeReply(
	response: ServerResponse,
	{ status, headers, body, cut }: EngineReply,
	done?: () => void,
): void {
	if (cut) {
		response.destroy();
		done?.();
		return;
	}
	const bodiless = status === 204 || status === 304;
	// What is spread comes last: with anything behind it, spreading takes ten times as long.
	response.writeHead(
		status,
		bodiless
			? headers
			: { "content-length": Buffer.byteLength(body), ...headers },
	);
	response.end(body, done);
}

/** The same for an error, in localhook's own voice. */
export function writeProblem(response: ServerResponse, error: unknown): void {
	if (response.headersSent) response.destroy();
	else writeReply(response, problemReply(error));
}
