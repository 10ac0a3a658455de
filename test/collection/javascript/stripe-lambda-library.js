import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_of_this_receiver");
const secret = process.env.STRIPE_WEBHOOK_SECRET;
if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
const once = createOnce();

export const binaryMediaTypes = ["*/*"];

export async function handler({ rawPath, headers, body, isBase64Encoded }) {
	if (rawPath !== "/webhooks/stripe") return { statusCode: 404 };
	const raw = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
	const signature = headers["stripe-signature"] ?? "";
	let event;
	try {
		event = stripe.webhooks.constructEvent(raw, signature, secret);
	} catch {
		return { statusCode: 400, body: "invalid" };
	}
	await once(event.id);
	return {
		statusCode: 200,
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ received: event.id }),
	};
}
