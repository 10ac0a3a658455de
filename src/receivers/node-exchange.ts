import {
	createServer,
	type IncomingMessage,
	type ServerResponse,
} from "node:http";
import { type Duplex, duplexPair } from "node:stream";
import { Client } from "undici";
import type { Clock } from "../delivery/clock.ts";
import { Connection } from "../delivery/connection.ts";
import { Conversation } from "../delivery/conversation.ts";
import {
	cutOf,
	type Done,
	type Exchange,
	type Outgoing,
} from "../delivery/exchange.ts";
import { queueMicrotask } from "../delivery/real-timers.ts";
import { type Advise, isLambdaResult, returned, thrown } from "./mistakes.ts";
import type { Listener } from "./receiver.ts";

const signature = "(req, res)";

export interface Called {
	readonly listener: Listener;
	readonly advise?: Advise | undefined;
}

/**
 * One exchange with a Node handler: a real HTTP server and a real client, on a connection that is in memory. So a
 * handler sees what it would see on a socket, down to a request that is cut off.
 *
 * light-my-request, which does without the server, has an Express application changed for good: it answers no
 * socket any more.
 */
export function converse(
	called: Called,
	request: Outgoing,
	clock: Clock,
	done: Done,
): () => void {
	const { origin } = request.receiver;
	const { near, far } = openLine(origin);
	let misbehaved: Exchange | undefined;
	// An application prints by itself what nobody takes from it, also that a body was cut on purpose.
	const isTaken = isMiddleware(called.listener) || cutOf(request) !== undefined;
	const server = createServer((incoming, response) => {
		void serve(called, isTaken, incoming, response, (exchange) => {
			misbehaved = exchange;
			far.destroy();
		});
	});
	server.emit("connection", far);

	const connection = new Connection(Client, origin, (_, opened) => {
		// The type knows sockets alone; a Duplex is all that the client needs.
		queueMicrotask(() => opened(null, near as never));
		return near;
	});
	const { client } = connection;
	new Conversation(connection, request, clock, (exchange) => {
		client.destroy();
		done("error" in exchange && misbehaved ? misbehaved : exchange);
	}).begin();
	return () => client.destroy();
}

/** `fail` is told of what no answer comes after. */
async function serve(
	{ listener, advise }: Called,
	isTaken: boolean,
	incoming: IncomingMessage,
	response: ServerResponse,
	fail: (exchange: Exchange) => void,
): Promise<void> {
	// Who has read the body knows what a listener gets.
	const advised = (given: unknown) =>
		incoming.readableDidRead || advise === undefined ? "" : advise(given, []);
	const refuse = (error: unknown) => {
		// What has been answered has been answered.
		if (!response.writableEnded) fail(thrown(signature, error, advised));
	};
	try {
		const given: unknown = isTaken
			? await listener(incoming, response, (error) => {
					if (error !== undefined) refuse(error);
					else response.writeHead(404).end();
				})
			: await listener(incoming, response);
		const isAnswer = given instanceof Response || isLambdaResult(given);
		if (isAnswer && !response.headersSent)
			fail(returned(signature, given, advised));
	} catch (error) {
		refuse(error);
	}
}

/** An application has three parameters too, and answers by itself what it has no route for. */
function isMiddleware(listener: Listener): boolean {
	return listener.length > 2 && !("listen" in listener);
}

/**
 * A connection in memory: the end of who sends, and that of the receiver, which takes it for a socket.
 *
 * @param origin what the receiver is called by; with `https`, its end is one that has been decrypted
 */
function openLine(origin: string): { near: Duplex; far: Duplex } {
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
