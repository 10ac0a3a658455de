import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import { Client } from "undici";
import { Connection } from "../delivery/connection.ts";
import { Conversation } from "../delivery/conversation.ts";
import { sendInPart } from "../delivery/cut.ts";
import { cutShare } from "../delivery/cut-share.ts";
import type { Done, Exchange, Outgoing } from "../delivery/exchange.ts";
import { queueMicrotask } from "../delivery/real-timers.ts";
import { type Exchanger, misbehaviour, shown, thrown } from "./exchanger.ts";
import type { NodeHandler } from "./receiver.ts";

const signature = "(req, res)";

/**
 * One exchange with a Node handler: a real HTTP server and a real client, on a connection that is in memory. So a
 * handler sees what it would see on a socket, down to a request that is cut off.
 *
 * light-my-request, which does without the server, has an Express application changed for good: it answers no
 * socket any more.
 */
export function converse(
	handler: NodeHandler,
	request: Outgoing,
	{ clock, repeating }: Parameters<Exchanger>[1],
	done: Done,
): () => void {
	const { near, far } = openLine(request.target.origin);
	let misbehaved: Exchange | undefined;
	const server = createServer((incoming, response) => {
		void serve(handler, incoming, response, (exchange) => {
			misbehaved = exchange;
			far.destroy();
		});
	});
	server.emit("connection", far);

	const share = cutShare(request.fault);
	if (share !== undefined)
		return sendInPart(
			request,
			share,
			clock,
			() => ({ stream: near, opens: undefined }),
			done,
		);
	const connection = connectionOn(near, request.target.origin);
	const { client } = connection;
	new Conversation(connection, repeating, request, clock, (exchange) => {
		client.destroy();
		done("error" in exchange && misbehaved ? misbehaved : exchange);
	}).begin();
	return () => client.destroy();
}

/** `fail` is told of what no answer comes after. */
async function serve(
	handler: NodeHandler,
	incoming: IncomingMessage,
	response: ServerResponse,
	fail: (exchange: Exchange) => void,
): Promise<void> {
	try {
		const returned: unknown = await handler(incoming, response);
		if (returned instanceof Response && !response.headersSent)
			fail(
				misbehaviour(
					signature,
					`returned ${shown(returned)} in place of answering by res`,
				),
			);
	} catch (error) {
		// What has been answered has been answered.
		if (!response.writableEnded) fail(thrown(signature, error));
	}
}

function connectionOn(line: Duplex, origin: string): Connection {
	return new Connection(
		Client,
		origin,
		(_, opened) =>
			// The type knows sockets alone; a Duplex is all that the client needs.
			queueMicrotask(() => opened(null, line as never)),
		{ closesUnasked: false },
	);
}

/** A connection in memory. */
interface Line {
	/** The end of who sends. */
	readonly near: Duplex;
	/** The end of the receiver, which takes it for a socket. */
	readonly far: Duplex;
}

/** @param origin what the receiver is called by; with `https`, its end is one that has been decrypted */
function openLine(origin: string): Line {
	const [near, far] = duplexPair();
	// Either end going is the end of both, and the sender sees it as it would on a socket.
	near.on("close", () => far.destroy());
	far.on("close", () => near.push(null));
	const itself = () => far;
	Object.assign(far, {
		encrypted: origin.startsWith("https:"),
		remoteAddress: "127.0.0.1",
		remoteFamily: "IPv4",
		remotePort: 0,
		localAddress: "127.0.0.1",
		localPort: 0,
		address: () => ({ address: "127.0.0.1", family: "IPv4", port: 0 }),
		setTimeout: itself,
		setNoDelay: itself,
		setKeepAlive: itself,
		ref: itself,
		unref: itself,
	});
	return { near, far };
}
