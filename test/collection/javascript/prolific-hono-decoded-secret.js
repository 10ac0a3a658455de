import { createHmac, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { createOnce } from "./work.js";

const once = createOnce();
// The value looks like base64, so this is what the key is taken for.
const key = Buffer.from(process.env.PROLIFIC_WEBHOOK_SECRET, "base64");
const app = new Hono();

app.post("/webhooks/prolific", async (c) => {
	const timestamp = c.req.header("X-Prolific-Request-Timestamp") ?? "";
	const body = await c.req.text();
	const expected = createHmac("sha256", key)
		.update(timestamp + body)
		.digest();
	const given = Buffer.from(
		c.req.header("X-Prolific-Request-Signature") ?? "",
		"base64",
	);
	if (given.length !== 32 || !timingSafeEqual(given, expected))
		return c.json({ error: "Invalid signature" }, 401);
	if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300)
		return c.json({ error: "Expired" }, 401);
	await once(c.req.header("X-Event-ID"));
	return c.body(null, 204);
});

export default app;
