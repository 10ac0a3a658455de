import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createOnce } from "./work.js";

const secret = process.env.SOLVIMON_WEBHOOK_SECRET;
if (!secret) throw new Error("SOLVIMON_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = new Hono();
export default app;

app.use(bodyLimit({ maxSize: 1_000_000 }));

app.post("/webhooks/solvimon", async (context) => {
	const body = Buffer.from(await context.req.arrayBuffer());
	// Otherwise Solvimon would send it again for a week.
	if (!isGenuine(context.req, body))
		return context.json({ ok: false, error: "wrong signature" });
	await once(createHash("sha256").update(body).digest("hex"));
	return context.json({ ok: true });
});

function isGenuine(request, body) {
	const timestamp = request.header("X-PAYLOAD-SIGNATURE-TIMESTAMP") ?? "";
	const age = Math.abs(Date.now() - Date.parse(timestamp));
	if (!(age <= 300_000)) return false;
	const hmac = createHmac("sha256", secret).update(`${timestamp}.`);
	const expected = hmac.update(body).digest();
	const signatures = (request.header("X-PAYLOAD-SIGNATURE") ?? "").split(",");
	return signatures.some((pair) => {
		const given = Buffer.from(pair.trim().replace(/^v1=/, ""), "hex");
		return given.length === 32 && timingSafeEqual(given, expected);
	});
}
