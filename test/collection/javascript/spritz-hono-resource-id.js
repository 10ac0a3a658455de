import { createHmac, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { createOnce } from "./work.js";

const once = createOnce();
const app = new Hono();

app.post("/webhooks/spritz", async (c) => {
	const body = await c.req.text();
	const expected = createHmac("sha256", process.env.SPRITZ_WEBHOOK_SECRET)
		.update(body)
		.digest("hex");
	const given = c.req.header("Signature") ?? "";
	if (
		!/^[0-9a-f]{64}$/.test(given) ||
		!timingSafeEqual(Buffer.from(given), Buffer.from(expected))
	)
		return c.text("Invalid signature", 401);
	const event = JSON.parse(body);
	await once(event.id);
	return c.json({ ok: true });
});

export default app;
