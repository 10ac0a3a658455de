// Takes every delivery, reads it whole, and answers 200.
import { createServer } from "node:http";

const server = createServer((request, response) => {
	request.resume();
	request.on("end", () => {
		response.writeHead(200, { "content-length": 2 });
		response.end("ok");
	});
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () =>
	console.log(JSON.stringify(server.address())),
);
