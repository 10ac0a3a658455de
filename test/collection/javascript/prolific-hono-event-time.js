import { createHmac, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createOnce } from "./work.js";

const secret = process.env.PROLIFIC_WEBHOOK_SECRET;
if (!secret) throw new Error("PROLIFIC_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = new Hono();
export default app;

app.use(bodyLimit({ maxSize: 1_000_000 }));

app.post("/webhooks/prolific", async (context) => {
	const body = Buffer.from(await context.req.arrayBuffer());
	const timestamp = context.req.header("X-Timestamp") ?? "";
	const hmac = createHmac("sha256", secret).update(timestamp).update(body);
	const expected = hmac.digest();
	const signature = context.req.header("X-Prolific-Request-Signature") ?? "";
	const given = Buffer.from(signature, "base64");
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return context.text("wrong signature", 401);

	const sent = context.req.header("X-Prolific-Request-Timestamp");
	const id = context.req.header("X-Event-ID");
	if (!(Math.abs(Date.now() / 1000 - Number(sent)) <= 300) || !id)
		return context.text("too old", 401);
	await once(id);
	return context.body(null, 204);
});
