import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { buffer } from "node:stream/consumers";
import Koa from "koa";
import { createOnce } from "./work.js";

const secret = process.env.SOLVIMON_WEBHOOK_SECRET;
if (!secret) throw new Error("SOLVIMON_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = new Koa();
export default app;

app.use(async (context) => {
	if (context.path !== "/webhooks/solvimon") return;
	if (context.request.length > 1_000_000) return context.throw(413);
	const body = await buffer(context.req);
	const timestamp = context.get("X-PAYLOAD-SIGNATURE-TIMESTAMP");
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	if (age > 300) return context.throw(401);

	const hmac = createHmac("sha256", secret).update(`${timestamp}.`);
	const expected = hmac.update(body).digest();
	const isGenuine = context
		.get("X-PAYLOAD-SIGNATURE")
		.split(",")
		.map((pair) => Buffer.from(pair.trim().replace(/^v1=/, ""), "hex"))
		.some((given) => given.length === 32 && timingSafeEqual(given, expected));
	if (!isGenuine) return context.throw(401);
	await once(createHash("sha256").update(body).digest("hex"));
	context.status = 204;
});
