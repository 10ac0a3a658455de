import { createHmac, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import { createOnce } from "./work.js";

const secret = process.env.OPENFORMAT_WEBHOOK_SECRET;
if (!secret) throw new Error("OPENFORMAT_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = new Hono();
export default app;

app.use(bodyLimit({ maxSize: 1_000_000 }));

app.post("/webhooks/openformat", async (context) => {
	const body = Buffer.from(await context.req.arrayBuffer());
	const signature = context.req.header("x-openformat-signature");
	if (signature && !isGenuine(signature, body))
		return context.json({ error: "wrong signature" }, 401);
	let event;
	try {
		event = JSON.parse(body);
	} catch {
		return context.json({ error: "not JSON" }, 400);
	}
	if (event.event === "test") return context.json({ challenge: signature });
	await once(event.idempotency_key);
	return context.json({ ok: true });
});

function isGenuine(signature, body) {
	const signed = body.subarray(body.indexOf("{"), body.lastIndexOf("}") + 1);
	const expected = createHmac("sha256", secret).update(signed).digest();
	const given = Buffer.from(signature, "base64");
	return given.length === expected.length && timingSafeEqual(given, expected);
}
