import express from "express4";
import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_none");
const once = createOnce();
const app = express();
app.use(express.json());

app.post(
	"/webhooks/stripe",
	express.raw({ type: "application/json" }),
	(req, res, next) => {
		const signature = req.headers["stripe-signature"];
		const secret = process.env.STRIPE_WEBHOOK_SECRET;
		let event;
		try {
			event = stripe.webhooks.constructEvent(req.body, signature, secret);
		} catch (error) {
			return res.status(400).send(`Webhook Error: ${error.message}`);
		}
		once(event.id).then(() => res.json({ received: true }), next);
	},
);

export default app;
