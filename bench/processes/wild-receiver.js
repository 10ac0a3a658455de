// Answers each attempt by its whim; an attempt is known by how often its event has come to its path.
import { createServer } from "node:http";
import { whimOf } from "../support/whims.js";

/** @type {Map<string, number>} */
const seen = new Map();
const server = createServer((request, response) => {
	/** @type {Buffer[]} */
	const chunks = [];
	request.on("data", (chunk) => chunks.push(chunk));
	request.on("end", () => {
		const { eventId } = JSON.parse(Buffer.concat(chunks).toString());
		const key = `${request.url} ${eventId}`;
		const attempt = (seen.get(key) ?? 0) + 1;
		seen.set(key, attempt);
		const whim = whimOf(eventId, attempt);
		if (whim === "accept") response.writeHead(200).end("ok");
		if (whim === "fail") response.writeHead(503).end("no");
		if (whim === "redirect") response.writeHead(302, { location: "/" }).end();
		if (whim === "reset") request.socket.destroy();
		if (whim === "babble") request.socket.end("this is no HTTP\r\n\r\n");
	});
});
server.listen(0, "127.0.0.1", () =>
	console.log(JSON.stringify(server.address())),
);
