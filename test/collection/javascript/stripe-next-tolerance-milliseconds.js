import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_of_this_receiver");
const once = createOnce();
const tolerance = 5 * 60 * 1000;

export async function POST(request) {
	const secret = process.env.STRIPE_WEBHOOK_SECRET;
	if (!secret) return Response.json({ error: "no secret" }, { status: 500 });
	if (Number(request.headers.get("content-length")) > 1_000_000)
		return Response.json({ error: "too long" }, { status: 413 });
	const body = await request.text();
	const signature = request.headers.get("stripe-signature") ?? "";
	let event;
	try {
		event = stripe.webhooks.constructEvent(body, signature, secret, tolerance);
	} catch {
		return Response.json({ error: "wrong signature" }, { status: 400 });
	}
	await once(event.id);
	return Response.json({ received: true });
}
