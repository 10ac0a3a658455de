import { createHmac } from "node:crypto";
import Koa from "koa";
import bodyParser from "koa-bodyparser";
import { createOnce } from "./work.js";

const once = createOnce();
const app = new Koa();
app.use(bodyParser());

app.use(async (ctx) => {
	if (ctx.path !== "/webhooks/prolific") return;
	ctx.assert(ctx.method === "POST", 405);
	const timestamp = ctx.get("X-Prolific-Request-Timestamp");
	const digest = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
		.update(timestamp + ctx.request.rawBody)
		.digest("hex");
	ctx.assert(ctx.get("X-Prolific-Request-Signature") === digest, 401);
	ctx.assert(Math.abs(Date.now() / 1000 - timestamp) < 300, 401);
	await once(ctx.get("X-Event-ID"));
	ctx.status = 204;
});

export default app;
