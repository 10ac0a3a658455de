import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Lets every response hear that its connection has ended. Node tells only the one whose turn it is: those that were
 * asked for behind it on the same connection would be counted as in progress for ever.
 */
export function endPipelined(server: Server): void {
	const waiting = new WeakMap<Socket, Set<ServerResponse>>();

	function waitingOn(socket: Socket): Set<ServerResponse> {
		const known = waiting.get(socket);
		if (known !== undefined) return known;
		const responses = new Set<ServerResponse>();
		waiting.set(socket, responses);
		socket.once("close", () => {
			for (const response of responses) {
				response.destroy();
				response.emit("close");
			}
		});
		return responses;
	}

	server.on("request", (request, response) => {
		// A response has the connection only while it is its turn.
		if (response.socket !== null) return;
		const responses = waitingOn(request.socket);
		responses.add(response);
		response.once("socket", () => responses.delete(response));
	});
}
