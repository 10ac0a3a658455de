import { Hono } from "hono";
import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_none");
const once = createOnce();
const app = new Hono();

app.post("/webhooks/stripe", async (c) => {
	const body = await c.req.text();
	const signature = c.req.header("stripe-signature");
	const secret = process.env.STRIPE_WEBHOOK_SECRET;
	let event;
	try {
		const { webhooks } = stripe;
		event = await webhooks.constructEventAsync(body, signature, secret);
	} catch {
		return c.text("Webhook signature verification failed", 400);
	}
	await once(event.id);
	return c.text("", 200);
});

export default app;
