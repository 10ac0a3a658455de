import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { buffer } from "node:stream/consumers";
import Koa from "koa";
import { createOnce } from "./work.js";

const secret = process.env.SPRITZ_WEBHOOK_SECRET;
if (!secret) throw new Error("SPRITZ_WEBHOOK_SECRET is not set");
const once = createOnce();
const origins = ["https://shop.example", "https://admin.shop.example"];
const app = new Koa();
export default app;

app.use(async (context, next) => {
	const origin = context.get("Origin");
	if (!origins.includes(origin)) return context.throw(403);
	context.set("Access-Control-Allow-Origin", origin);
	await next();
});

app.use(async (context) => {
	if (context.path !== "/webhooks/spritz") return;
	if (context.request.length > 1_000_000) return context.throw(413);
	const body = await buffer(context.req);
	const expected = createHmac("sha256", secret).update(body).digest();
	const given = Buffer.from(context.get("Signature"), "hex");
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return context.throw(401);
	await once(createHash("sha256").update(body).digest("hex"));
	context.status = 204;
});
