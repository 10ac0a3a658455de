import { createHmac, timingSafeEqual } from "node:crypto";
import { buffer } from "node:stream/consumers";
import Koa from "koa";
import { createOnce } from "./work.js";

const secret = process.env.PROLIFIC_WEBHOOK_SECRET;
if (!secret) throw new Error("PROLIFIC_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = new Koa();
export default app;

app.use(async (context) => {
	if (context.path !== "/webhooks/prolific") return;
	if (context.request.length > 1_000_000) return context.throw(413);
	const body = await buffer(context.req);
	const timestamp = context.get("X-Prolific-Request-Timestamp");
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	const hmac = createHmac("sha256", secret).update(timestamp).update(body);
	const expected = hmac.digest();
	const signature = context.get("X-Prolific-Request-Signature");
	const given = Buffer.from(signature, "base64");
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return context.throw(401);
	const id = context.get("X-Event-ID");
	if (!(age <= 300) || !id) return context.throw(401);
	await once(id);
});
