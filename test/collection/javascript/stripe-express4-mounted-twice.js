import express from "express4";
import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_of_this_receiver");
const secret = process.env.STRIPE_WEBHOOK_SECRET;
if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = express();
export default app;

const webhooks = express.Router();
webhooks.use(express.raw({ type: "*/*", limit: "1mb" }));

webhooks.post("/webhooks/stripe", (request, response, next) => {
	const signature = request.get("Stripe-Signature") ?? "";
	let event;
	try {
		event = stripe.webhooks.constructEvent(request.body, signature, secret);
	} catch {
		return response.sendStatus(400);
	}
	once(event.id).then(() => response.sendStatus(200), next);
});

app.use("/webhooks", webhooks);
