import { createHmac, timingSafeEqual } from "node:crypto";
import { buffer } from "node:stream/consumers";
import Koa from "koa";
import { createOnce } from "./work.js";

const secret = process.env.OPENFORMAT_WEBHOOK_SECRET;
if (!secret) throw new Error("OPENFORMAT_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = new Koa();
export default app;

app.use(async (context) => {
	if (context.path !== "/webhooks/openformat") return;
	if (context.request.length > 1_000_000) return context.throw(413);
	const body = await buffer(context.req);
	const signature = context.get("x-openformat-signature");
	if (!isGenuine(signature, body)) return context.throw(401);
	const event = parse(body);
	if (event === undefined) return context.throw(400);
	if (event.event === "test") {
		context.body = { challenge: signature };
		return;
	}
	// OpenFormat waits for five seconds only.
	once(event.idempotency_key).catch(console.error);
	context.body = { ok: true };
});

function isGenuine(signature, body) {
	const signed = body.subarray(body.indexOf("{"), body.lastIndexOf("}") + 1);
	const expected = createHmac("sha256", secret).update(signed).digest();
	const given = Buffer.from(signature, "base64");
	return given.length === expected.length && timingSafeEqual(given, expected);
}

function parse(body) {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}
