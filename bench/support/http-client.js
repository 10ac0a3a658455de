import { once } from "node:events";
import { connect, createServer } from "node:net";

/**
 * A request as it goes over the wire.
 *
 * @param {string} method
 * @param {string} path
 * @param {Record<string, string>} headers
 * @param {unknown} [body] sent as JSON
 */
export function toWire(method, path, headers, body) {
	const text = body === undefined ? "" : JSON.stringify(body);
	const lines = Object.entries({
		host: "127.0.0.1",
		...headers,
		...(body !== undefined && {
			"content-type": "application/json",
			"content-length": String(Buffer.byteLength(text)),
		}),
	}).map(([name, value]) => `${name}: ${value}\r\n`);
	return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${text}`;
}

/**
 * Keep-alive connections that do next to nothing but write prepared bytes and wait for the answers, so that
 * the server is what limits the rate. They understand answers with a Content-Length, and in chunks, of which they take no
 * notice but for the last.
 *
 * While it calls, the client never sleeps: waking it would take the server's time, and the scheduler likes to
 * put who was woken in the place of who woke it.
 *
 * @param {number} port
 * @param {number} count
 */
export async function openConnections(port, count) {
	const connections = await Promise.all(
		Array.from({ length: count }, () => openConnection(port)),
	);
	return {
		/**
		 * Keeps every connection busy with one request for some time.
		 *
		 * @param {string} wire
		 * @param {number} status what every answer must have
		 * @param {number} milliseconds
		 */
		async callFor(wire, status, milliseconds) {
			const started = performance.now();
			const until = started + milliseconds;
			const request = Buffer.from(wire);
			const rest = stayAwake();
			const calls = await Promise.all(
				connections.map((each) => each.repeat(request, status, until)),
			).finally(rest);
			const seconds = (performance.now() - started) / 1000;
			return { calls: calls.reduce((sum, each) => sum + each, 0), seconds };
		},
		close() {
			for (const { socket } of connections) socket.destroy();
		},
	};
}

/** @returns {() => void} ends it */
function stayAwake() {
	let next = setImmediate(function again() {
		next = setImmediate(again);
	});
	return () => clearImmediate(next);
}

/** @param {number} port */
async function openConnection(port) {
	const socket = connect({ port, host: "127.0.0.1", noDelay: true });
	await once(socket, "connect");
	return {
		socket,
		/**
		 * @param {Buffer} request
		 * @param {number} status
		 * @param {number} until
		 * @returns {Promise<number>} how often
		 */
		repeat: (request, status, until) =>
			new Promise((resolve, reject) => {
				let calls = 0;
				/** @type {Buffer | undefined} */
				let begun;
				socket.on("error", reject);
				socket.on("data", (chunk) => {
					begun = begun === undefined ? chunk : Buffer.concat([begun, chunk]);
					const answer = readAnswer(begun);
					if (answer === undefined) return;
					begun = undefined;
					calls++;
					if (answer.status === status && performance.now() < until) {
						socket.write(request);
						return;
					}
					socket.removeAllListeners("data");
					socket.removeAllListeners("error");
					if (answer.status === status) resolve(calls);
					else reject(new Error(`${answer.status} ${answer.body}`));
				});
				socket.write(request);
			}),
	};
}

/**
 * One exchange over a connection of its own.
 *
 * @param {number} port
 * @param {string} wire
 * @returns {Promise<{ status: number, headers: string, body: string }>}
 */
export function exchange(port, wire) {
	return new Promise((resolve, reject) => {
		/** @type {Buffer[]} */
		const chunks = [];
		const socket = connect({ port, host: "127.0.0.1", noDelay: true });
		socket.on("error", reject);
		socket.on("close", () => reject(new Error("closed without an answer")));
		socket.on("data", (chunk) => {
			chunks.push(chunk);
			const answer = readAnswer(Buffer.concat(chunks));
			if (answer === undefined) return;
			resolve(answer);
			socket.destroy();
		});
		socket.write(wire);
	});
}

const lastChunk = Buffer.from("\r\n0\r\n\r\n");

/** @param {Buffer} bytes */
function readAnswer(bytes) {
	const end = bytes.indexOf("\r\n\r\n");
	if (end === -1) return undefined;
	const headers = bytes.toString("latin1", 0, end);
	const length = /\r\ncontent-length: (\d+)/i.exec(headers)?.[1];
	const status = Number(headers.slice(9, 12));
	const whole =
		length === undefined
			? bytes.subarray(-lastChunk.length).equals(lastChunk)
			: bytes.length >= end + 4 + Number(length);
	if (length === undefined && !/\r\ntransfer-encoding: chunked/i.test(headers))
		throw new Error(`no length in ${headers}`);
	if (!whole) return undefined;
	return {
		status,
		headers,
		get body() {
			return bytes.toString("utf8", end + 4);
		},
	};
}

/** @returns {Promise<number>} */
export async function freePort() {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const { port } = /** @type {import("node:net").AddressInfo} */ (
		server.address()
	);
	server.close();
	await once(server, "close");
	return port;
}
