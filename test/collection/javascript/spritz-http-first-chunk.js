import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createOnce } from "./work.js";

const secret = process.env.SPRITZ_WEBHOOK_SECRET;
if (!secret) throw new Error("SPRITZ_WEBHOOK_SECRET is not set");
const once = createOnce();

export default createServer((request, response) => {
	const answer = (status) => response.writeHead(status).end();
	if (request.method !== "POST" || request.url !== "/webhooks/spritz")
		return answer(404);
	let isFirst = true;
	request.on("end", () => isFirst && answer(400));
	request.on("data", (body) => {
		if (!isFirst) return;
		isFirst = false;
		const expected = createHmac("sha256", secret).update(body).digest();
		const given = Buffer.from(request.headers.signature ?? "", "hex");
		if (given.length !== expected.length || !timingSafeEqual(given, expected))
			return answer(401);
		once(createHash("sha256").update(body).digest("hex")).then(
			() => answer(204),
			() => answer(500),
		);
	});
});
