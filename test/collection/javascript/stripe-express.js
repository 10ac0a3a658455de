import express from "express";
import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_none");
const once = createOnce();
const app = express();

app.post(
	"/webhooks/stripe",
	express.raw({ type: "application/json" }),
	async (request, response) => {
		let event;
		try {
			event = stripe.webhooks.constructEvent(
				request.body,
				request.headers["stripe-signature"],
				process.env.STRIPE_WEBHOOK_SECRET,
			);
		} catch {
			return response.sendStatus(400);
		}
		await once(event.id);
		response.json({ received: true });
	},
);

export default app;
