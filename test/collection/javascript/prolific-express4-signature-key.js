import { createHmac, timingSafeEqual } from "node:crypto";
import express from "express4";
import { createOnce } from "./work.js";

const secret = process.env.PROLIFIC_WEBHOOK_SECRET;
if (!secret) throw new Error("PROLIFIC_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = express();
export default app;

const raw = express.raw({ type: "*/*", limit: "1mb" });

app.post("/webhooks/prolific", raw, (request, response, next) => {
	const signature = request.get("X-Prolific-Request-Signature") ?? "";
	if (!Buffer.isBuffer(request.body) || !isGenuine(signature, request))
		return response.sendStatus(401);
	// No two deliveries have the same signature.
	once(signature).then(() => response.sendStatus(204), next);
});

function isGenuine(signature, request) {
	const timestamp = request.get("X-Prolific-Request-Timestamp") ?? "";
	if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) return false;
	const hmac = createHmac("sha256", secret).update(timestamp);
	const expected = hmac.update(request.body).digest();
	const given = Buffer.from(signature, "base64");
	return given.length === expected.length && timingSafeEqual(given, expected);
}
