import { createHmac, timingSafeEqual } from "node:crypto";
import Koa from "koa";
import { createOnce } from "./work.js";

const secret = process.env.OPENFORMAT_WEBHOOK_SECRET;
if (!secret) throw new Error("OPENFORMAT_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = new Koa();
export default app;

app.use(async (context) => {
	if (context.path !== "/webhooks/openformat") return;
	if (context.method !== "POST") return context.throw(405);
	// OpenFormat sends nothing but JSON.
	if (!context.is("application/json")) return context.throw(415);

	const chunks = [];
	let length = 0;
	for await (const chunk of context.req) {
		length += chunk.length;
		if (length > 1_000_000) return context.throw(413);
		chunks.push(chunk);
	}
	const body = Buffer.concat(chunks);
	const signature = context.get("x-openformat-signature");
	if (!isGenuine(signature, body)) return context.throw(401);

	const event = parse(body);
	if (typeof event?.event !== "string") return context.throw(400);
	if (event.event === "test") {
		context.body = { challenge: signature };
		return;
	}
	await once(event.idempotency_key);
	context.status = 200;
	context.body = "ok";
});

function isGenuine(signature, body) {
	const signed = body.subarray(body.indexOf("{"), body.lastIndexOf("}") + 1);
	const expected = createHmac("sha256", secret).update(signed).digest("base64");
	const given = Buffer.from(signature);
	return (
		given.length === expected.length &&
		timingSafeEqual(given, Buffer.from(expected))
	);
}

function parse(body) {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}
