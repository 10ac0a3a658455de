import type { IncomingMessage, RequestListener } from "node:http";
import { createGate } from "./limits.ts";

/**
 * Handles one request of a connection at a time. Those that came along behind it wait for their turn, so that they take
 * up nothing, and have not answered anything yet.
 *
 * Node stops reading from a connection with answers that wait, or with a body that nobody reads, and does not hear then
 * that the client has gone. So a connection is closed when more wait than may, or one with a body that does not fit.
 *
 * @param most requests that wait, of all connections together
 */
export function oneAtATime(
	most: number,
	onRequest: RequestListener,
): RequestListener {
	const waiting = createGate(most);

	return (request, response) => {
		// A response has the connection only while it is its turn.
		if (response.socket !== null) return onRequest(request, response);
		const { socket } = request;
		if (socket.destroyed) return;
		if (!fits(request) || !waiting.enter()) {
			socket.destroy();
			return;
		}
		request.once("close", waiting.leave);
		response.once("socket", () => {
			request.off("close", waiting.leave);
			waiting.leave();
			onRequest(request, response);
		});
	};
}

/** Whether all of a body is kept until somebody reads it. */
function fits({ headers, readableHighWaterMark }: IncomingMessage): boolean {
	const length = Number(headers["content-length"] ?? 0);
	return (
		headers["transfer-encoding"] === undefined && length < readableHighWaterMark
	);
}
