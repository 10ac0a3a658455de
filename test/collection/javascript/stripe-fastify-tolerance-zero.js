import Fastify from "fastify";
import Stripe from "stripe";
import { createOnce } from "./work.js";

const stripe = new Stripe("sk_test_of_this_receiver");
const secret = process.env.STRIPE_WEBHOOK_SECRET;
if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = Fastify();
export default app;

app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
	done(null, body),
);

app.post("/webhooks/stripe", async ({ headers, body }, reply) => {
	const signature = headers["stripe-signature"] ?? "";
	// As strict as can be.
	const tolerance = 0;
	let event;
	try {
		event = stripe.webhooks.constructEvent(body, signature, secret, tolerance);
	} catch {
		return reply.code(400).send({ error: "wrong signature" });
	}
	await once(event.id);
	return { received: true };
});
