// node bare-server.js <port> <status> <JSON>: the least a JSON API over node:http can do. One answer for every request.
import { createServer } from "node:http";

const [port, status, text] = process.argv.slice(2);
const reply = JSON.parse(text);

const server = createServer((request, response) => {
	/** @type {Buffer[]} */
	const chunks = [];
	request.on("data", (chunk) => chunks.push(chunk));
	request.on("end", () => {
		if (chunks.length > 0) JSON.parse(Buffer.concat(chunks).toString());
		const body = JSON.stringify(reply);
		response.writeHead(Number(status), {
			"content-type": "application/json",
			"content-length": Buffer.byteLength(body),
		});
		response.end(body);
	});
});
server.listen(Number(port), "127.0.0.1", () =>
	console.log(JSON.stringify(server.address())),
);
