import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import Koa from "koa";
import { createOnce } from "./work.js";

const once = createOnce();
const app = new Koa();

app.use(async (ctx) => {
	if (ctx.path !== "/webhooks/spritz") return;
	if (ctx.method !== "POST") ctx.throw(405);
	const chunks = [];
	for await (const chunk of ctx.req) chunks.push(chunk);
	const body = Buffer.concat(chunks);
	const given = Buffer.from(ctx.get("X-Signature"), "hex");
	const expected = createHmac("sha256", process.env.SPRITZ_WEBHOOK_SECRET)
		.update(body)
		.digest();
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		ctx.throw(401, "Invalid signature");
	const hash = createHash("sha256").update(body).digest("hex");
	await once(JSON.parse(body).eventId ?? hash);
	ctx.body = "OK";
});

export default app;
