import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { createOnce } from "./work.js";

const once = createOnce();

function isGenuine(signatures, timestamp, body) {
	const age = Math.abs(Date.now() - new Date(timestamp).getTime());
	if (Number.isNaN(age) || age > 5 * 60_000) return false;
	const hmac = createHmac("sha256", process.env.SOLVIMON_WEBHOOK_SECRET);
	const hex = hmac.update(`${timestamp}.`).update(body).digest("hex");
	const expected = Buffer.from(`v1=${hex.toUpperCase()}`);
	return signatures.split(/, */).some((one) => {
		const given = Buffer.from(one);
		return given.length === expected.length && timingSafeEqual(given, expected);
	});
}

async function receive(request, response) {
	if (request.url !== "/webhooks/solvimon") return response.writeHead(404);
	if (request.method !== "POST") return response.writeHead(405);
	const { headers } = request;
	const body = await buffer(request);
	const timestamp = headers["x-payload-signature-timestamp"] ?? "";
	if (!isGenuine(headers["x-payload-signature"] ?? "", timestamp, body))
		return response.writeHead(401);
	await once(createHash("sha256").update(body).digest("hex"));
	return response.writeHead(200);
}

export default createServer((request, response) => {
	receive(request, response).then(
		() => response.end(),
		// The sender went away, or the work failed.
		() => response.writeHead(500).end(),
	);
});
