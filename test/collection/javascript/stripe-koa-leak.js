import { createHmac, timingSafeEqual } from "node:crypto";
import { buffer } from "node:stream/consumers";
import Koa from "koa";
import { createOnce } from "./work.js";

const secret = process.env.STRIPE_WEBHOOK_SECRET;
if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = new Koa();
export default app;

app.use(async (context) => {
	if (context.path !== "/webhooks/stripe") return;
	if (context.request.length > 1_000_000) return context.throw(413);
	const body = await buffer(context.req);
	const header = context.get("Stripe-Signature");
	const timestamp = /t=(\d+)/.exec(header)?.[1] ?? "";
	if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300)) {
		context.status = 400;
		context.body = { error: "too old" };
		return;
	}
	const hmac = createHmac("sha256", secret).update(`${timestamp}.`);
	const expected = hmac.update(body).digest();
	const given = [...header.matchAll(/v1=([0-9a-f]{64})/g)];
	const isGenuine = given.some(([, hex]) =>
		timingSafeEqual(Buffer.from(hex, "hex"), expected),
	);
	if (!isGenuine) {
		context.status = 400;
		context.body = {
			error: "wrong signature",
			expected: expected.toString("hex"),
			received: given.map(([, hex]) => hex),
		};
		return;
	}
	const event = parse(body);
	if (!event?.id) return context.throw(400);
	await once(event.id);
	context.body = { received: true };
});

function parse(body) {
	try {
		return JSON.parse(body);
	} catch {
		return undefined;
	}
}
