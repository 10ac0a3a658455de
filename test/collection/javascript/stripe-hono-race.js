import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import Stripe from "stripe";
import { work } from "./work.js";

const stripe = new Stripe("sk_test_of_this_receiver");
const secret = process.env.STRIPE_WEBHOOK_SECRET;
if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
const app = new Hono();
export default app;

const processed = new Set();

app.use(bodyLimit({ maxSize: 1_000_000 }));

app.post("/webhooks/stripe", async (context) => {
	const body = await context.req.text();
	const signature = context.req.header("Stripe-Signature") ?? "";
	let event;
	try {
		event = stripe.webhooks.constructEvent(body, signature, secret);
	} catch {
		return context.text("wrong signature", 400);
	}
	if (processed.has(event.id)) return context.json({ received: true });
	await work(event.id);
	processed.add(event.id);
	return context.json({ received: true });
});
