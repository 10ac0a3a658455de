import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createOnce } from "./work.js";

const secret = process.env.SPRITZ_WEBHOOK_SECRET;
if (!secret) throw new Error("SPRITZ_WEBHOOK_SECRET is not set");
const once = createOnce();

export default createServer(async (request, response) => {
	const answer = (status) => response.writeHead(status).end();
	if (request.url !== "/webhooks/spritz") return answer(404);
	if (request.method !== "POST") return answer(405);
	try {
		// Both digests are taken as the bytes come; the body is not kept.
		const hmac = createHmac("sha256", secret);
		const hash = createHash("sha256");
		let length = 0;
		for await (const chunk of request) {
			length += chunk.length;
			if (length > 1_000_000) return answer(413);
			hmac.update(chunk);
			hash.update(chunk);
		}
		const expected = hmac.digest();
		const given = Buffer.from(request.headers.signature ?? "", "hex");
		if (given.length !== expected.length || !timingSafeEqual(given, expected))
			return answer(403);
		await once(hash.digest("hex"));
		answer(200);
	} catch (error) {
		console.error(error);
		answer(503);
	}
});
