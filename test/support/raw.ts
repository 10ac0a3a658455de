import { connect, type Socket } from "node:net";

/** Writes bytes to a server on loopback and gives all it says until it closes. */
export function speak(
	port: number,
	...pieces: (string | Buffer)[]
): Promise<string> {
	return heard(open(port, ...pieces));
}

/** Writes bytes and leaves the connection open. */
export function open(port: number, ...pieces: (string | Buffer)[]): Socket {
	const socket = connect(port, "127.0.0.1");
	socket.setEncoding("latin1");
	for (const piece of pieces) socket.write(piece);
	return socket;
}

/** All that a connection is told until it is closed. */
export function heard(socket: Socket): Promise<string> {
	return new Promise((resolve, reject) => {
		let text = "";
		socket.on("data", (data) => {
			text += data;
		});
		socket.on("error", reject);
		socket.on("close", () => resolve(text));
	});
}

/** The next thing that a connection is told. */
export function next(socket: Socket): Promise<string> {
	return new Promise((resolve, reject) => {
		socket.once("data", (data) => resolve(String(data)));
		socket.once("error", reject);
		socket.once("close", () => reject(new Error("It was closed.")));
	});
}

/** A request as text, whose connection closes behind it. */
export function raw(
	requestLine: string,
	headers: Record<string, string> = {},
	body = "",
): string {
	const all = {
		Host: "127.0.0.1",
		Connection: "close",
		"Content-Length": String(Buffer.byteLength(body)),
		...headers,
	};
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
	return `${[requestLine, ...lines].join("\r\n")}\r\n\r\n${body}`;
}
