import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const secret = process.env.SOLVIMON_WEBHOOK_SECRET;
if (!secret) throw new Error("SOLVIMON_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = express();
export default app;

const raw = express.raw({ type: "*/*", limit: "1mb" });

app.post("/webhooks/solvimon", raw, async (request, response) => {
	if (!Buffer.isBuffer(request.body) || !isGenuine(request))
		return response.sendStatus(401);
	await once(createHash("sha256").update(request.body).digest("hex"));
	response.sendStatus(204);
});

function isGenuine(request) {
	const timestamp = request.get("X-PAYLOAD-SIGNATURE-TIMESTAMP") ?? "";
	const age = Math.abs(Date.now() - Date.parse(timestamp));
	if (!(age <= 300_000)) return false;
	const hmac = createHmac("sha256", secret).update(`${timestamp}.`);
	const digest = hmac.update(request.body).digest("hex");
	const expected = Buffer.from(`v1=${digest}`);
	const signatures = (request.get("X-PAYLOAD-SIGNATURE") ?? "").split(",");
	return signatures.some((signature) => {
		const given = Buffer.from(signature.trim());
		return given.length === expected.length && timingSafeEqual(given, expected);
	});
}
