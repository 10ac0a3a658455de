import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createOnce } from "./work.js";

const once = createOnce();

function isGenuine({ headers }, body) {
	const timestamp = headers["x-prolific-request-timestamp"] ?? "";
	const expected = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
		.update(timestamp)
		.update(body)
		.digest();
	const signature = headers["x-prolific-request-signature"] ?? "";
	const given = Buffer.from(signature, "base64");
	if (given.length !== expected.length) return false;
	const isFresh = Math.abs(Date.now() / 1000 - timestamp) < 300;
	return isFresh && timingSafeEqual(given, expected);
}

export default createServer((request, response) => {
	if (request.method !== "POST") return response.writeHead(405).end();
	const chunks = [];
	request.on("data", (chunk) => chunks.push(chunk));
	request.on("end", async () => {
		if (!isGenuine(request, Buffer.concat(chunks))) {
			response.writeHead(401).end("Invalid signature");
		}
		await once(request.headers["x-event-id"]);
		if (!response.headersSent) response.writeHead(204).end();
	});
});
