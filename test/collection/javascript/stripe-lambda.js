import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_none");
const once = createOnce();

/** The gateway hands over every body in base64. */
export const binaryMediaTypes = ["*/*"];

export const handler = async ({ headers, body = "", isBase64Encoded }) => {
	const secret = process.env.STRIPE_WEBHOOK_SECRET;
	const raw = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
	const signature = headers["stripe-signature"];
	let event;
	try {
		event = stripe.webhooks.constructEvent(raw, signature, secret);
	} catch {
		return { statusCode: 400, body: "Webhook Error" };
	}
	await once(event.id);
	return { statusCode: 200, body: JSON.stringify({ received: true }) };
};
