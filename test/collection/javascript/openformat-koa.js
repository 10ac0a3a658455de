import { createHmac, timingSafeEqual } from "node:crypto";
import { buffer } from "node:stream/consumers";
import Koa from "koa";
import { createOnce } from "./work.js";

const once = createOnce();
const app = new Koa();

app.use(async (ctx) => {
	if (ctx.path !== "/webhooks/openformat") return;
	if (ctx.method !== "POST") return ctx.throw(405);
	const body = await buffer(ctx.req);
	// Signed from the first brace to the last one.
	const signed = body.subarray(body.indexOf("{"), body.lastIndexOf("}") + 1);
	const expected = createHmac("sha256", process.env.OPENFORMAT_WEBHOOK_SECRET)
		.update(signed)
		.digest("base64");
	const given = ctx.get("x-openformat-signature");
	const [one, other] = [Buffer.from(given), Buffer.from(expected)];
	if (one.length !== other.length || !timingSafeEqual(one, other))
		return ctx.throw(401);
	const event = JSON.parse(body);
	if (event.event !== "test") await once(event.idempotency_key);
	ctx.body = event.event === "test" ? { challenge: given } : { received: true };
});

export default app;
