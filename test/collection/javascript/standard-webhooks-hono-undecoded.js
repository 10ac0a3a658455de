import { createHmac, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createOnce } from "./work.js";

const secret = process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET;
if (!secret) throw new Error("STANDARD_WEBHOOKS_WEBHOOK_SECRET is not set");
const key = secret.slice("whsec_".length);
const once = createOnce();
const app = new Hono();
export default app;

app.use(bodyLimit({ maxSize: 1_000_000 }));

app.post("/webhooks/standard-webhooks", async ({ req, body }) => {
	const text = await req.text();
	const id = req.header("webhook-id") ?? "";
	const timestamp = req.header("webhook-timestamp") ?? "";
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	if (!(age <= 300)) return body("too old", 401);

	const hmac = createHmac("sha256", key).update(`${id}.${timestamp}.${text}`);
	const expected = Buffer.from(`v1,${hmac.digest("base64")}`);
	const signatures = (req.header("webhook-signature") ?? "").split(" ");
	const isGenuine = signatures.some((signature) => {
		const given = Buffer.from(signature);
		return given.length === expected.length && timingSafeEqual(given, expected);
	});
	if (!isGenuine) return body("wrong signature", 401);
	await once(id);
	return body(null, 204);
});
