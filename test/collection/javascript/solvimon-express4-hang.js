import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import express from "express4";
import { createOnce } from "./work.js";

const secret = process.env.SOLVIMON_WEBHOOK_SECRET;
if (!secret) throw new Error("SOLVIMON_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = express();
export default app;

process.on("unhandledRejection", (error) => console.error(error));

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
	const expected = hmac.update(request.body).digest();
	const signatures = (request.get("X-PAYLOAD-SIGNATURE") ?? "").split(",");
	return signatures.some((pair) => {
		const given = Buffer.from(pair.trim().replace(/^v1=/, ""), "hex");
		return given.length === 32 && timingSafeEqual(given, expected);
	});
}
