import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_of_this_receiver");
const secret = process.env.STRIPE_WEBHOOK_SECRET;
if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
const once = createOnce();

export const binaryMediaTypes = ["*/*"];

export async function handler({ rawPath, headers, body }) {
	if (rawPath !== "/webhooks/stripe") return { statusCode: 404 };
	let event;
	try {
		event = stripe.webhooks.constructEvent(
			body ?? "",
			headers["stripe-signature"] ?? "",
			secret,
		);
	} catch (error) {
		console.error(error);
		return { statusCode: 400 };
	}
	await once(event.id);
	return { statusCode: 200 };
}
