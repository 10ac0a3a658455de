import { createHmac, timingSafeEqual } from "node:crypto";
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import { createOnce } from "./work.js";

const secret = process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET;
const key = Buffer.from(secret.split("_")[1], "base64");
const once = createOnce();
const app = new Koa();
app.use(bodyParser());

app.use(async (ctx) => {
	if (ctx.path !== "/webhooks/standard-webhooks") return;
	if (ctx.method !== "POST") ctx.throw(405);
	const [id, timestamp] = [ctx.get("webhook-id"), ctx.get("webhook-timestamp")];
	const [, signature = ""] = ctx.get("webhook-signature").split(",");
	const expected = createHmac("sha256", key)
		.update(`${id}.${timestamp}.${ctx.request.rawBody}`)
		.digest("base64");
	const isFresh = Math.abs(Date.now() / 1000 - timestamp) < 300;
	const [one, other] = [Buffer.from(signature), Buffer.from(expected)];
	if (!isFresh || one.length !== other.length || !timingSafeEqual(one, other))
		ctx.throw(401, "Invalid signature");
	await once(id);
	ctx.status = 204;
});

export default app;
