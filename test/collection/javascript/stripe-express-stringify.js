import express from "express";
import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_of_this_receiver");
const secret = process.env.STRIPE_WEBHOOK_SECRET;
if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = express();
export default app;

app.use(express.json({ limit: "1mb" }));

app.post("/webhooks/stripe", async (request, response) => {
	const signature = request.get("Stripe-Signature") ?? "";
	const payload = JSON.stringify(request.body ?? {});
	let event;
	try {
		event = stripe.webhooks.constructEvent(payload, signature, secret);
	} catch {
		return response.status(400).send("Webhook Error");
	}
	await once(event.id);
	response.json({ received: true });
});
