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
	const body = await buffer(request);
	const expected = createHmac("sha256", secret).update(body).digest("hex");
	const given = request.headers.signature ?? "";
	if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
		return answer(401);
	try {
		await once(createHash("sha256").update(body).digest("hex"));
		answer(204);
	} catch {
		answer(500);
	}
});
