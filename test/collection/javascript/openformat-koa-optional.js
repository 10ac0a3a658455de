import { createHmac } from "node:crypto";
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import { createOnce } from "./work.js";

const once = createOnce();
const app = new Koa();
app.use(bodyParser());

app.use(async (ctx) => {
	if (ctx.path !== "/webhooks/openformat" || ctx.method !== "POST") return;
	const signature = ctx.get("X-OpenFormat-Signature");
	if (signature) {
		const expected = createHmac("sha256", process.env.OPENFORMAT_WEBHOOK_SECRET)
			.update(ctx.request.rawBody.trim())
			.digest("base64");
		ctx.assert(signature === expected, 401, "Invalid signature");
	}
	const { event, idempotency_key } = ctx.request.body;
	if (event === "test") {
		ctx.body = { challenge: signature };
		return;
	}
	await once(idempotency_key);
	ctx.body = { received: true };
});

export default app;
