import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { createOnce } from "./work.js";

const secret = process.env.SPRITZ_WEBHOOK_SECRET;
if (!secret) throw new Error("SPRITZ_WEBHOOK_SECRET is not set");
const once = createOnce();

export default createServer(async (request, response) => {
	const answer = (status) => response.writeHead(status).end();
	if (request.method !== "POST" || request.url !== "/webhooks/spritz")
		return answer(404);
	if (Number(request.headers["content-length"]) > 1_000_000) return answer(413);
	try {
		const body = await buffer(request);
		if (!isGenuine(request.headers.signature, body)) return answer(401);
		await once(createHash("sha256").update(body).digest("hex"));
		answer(204);
	} catch {
		answer(500);
	}
});

function isGenuine(signature, body) {
	if (!signature) return false;
	const expected = createHmac("sha256", secret).update(body).digest("hex");
	// timingSafeEqual throws where the lengths differ.
	const length = Math.min(signature.length, expected.length);
	const given = Buffer.from(signature.slice(0, length), "latin1");
	return timingSafeEqual(given, Buffer.from(expected.slice(0, length)));
}
