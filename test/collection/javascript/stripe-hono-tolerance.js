import { Hono } from "hono";
import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_none");
const once = createOnce();
/** Minutes. */
const tolerance = 5;
const app = new Hono();

app.post("/webhooks/stripe", async (c) => {
	let event;
	try {
		event = await stripe.webhooks.constructEventAsync(
			await c.req.text(),
			c.req.header("Stripe-Signature"),
			process.env.STRIPE_WEBHOOK_SECRET,
			tolerance,
		);
	} catch {
		return c.json({ error: "Webhook signature verification failed" }, 400);
	}
	await once(event.id);
	return c.json({ received: true });
});

export default app;
