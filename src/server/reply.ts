import type { ServerResponse } from "node:http";
import { type EngineReply, problemReply } from "../engine/engine.ts";

/** Writes a reply out; `done` runs once the caller has been handed all of it. */
export function writeReply(
	response: ServerResponse,
	{ status, headers, body }: EngineReply,
	done?: () => void,
): void {
	const length =
		status === 204 || status === 304
			? {}
			: { "content-length": Buffer.byteLength(body) };
	response.writeHead(status, { ...headers, ...length });
	response.end(body, done);
}

/** The same for an error, in localhook's own voice. */
export function writeProblem(response: ServerResponse, error: unknown): void {
	if (response.headersSent) response.destroy();
	else writeReply(response, problemReply(error));
}
