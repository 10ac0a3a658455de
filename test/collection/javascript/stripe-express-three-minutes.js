import { createHmac, timingSafeEqual } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const secret = process.env.STRIPE_WEBHOOK_SECRET;
if (!secret) throw new Error("STRIPE_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = express();
export default app;

app.post(
	"/webhooks/stripe",
	express.raw({ type: () => true, limit: "1mb" }),
	async (request, response) => {
		const header = request.get("Stripe-Signature") ?? "";
		if (!Buffer.isBuffer(request.body) || !isGenuine(header, request.body))
			return response.status(400).json({ error: "invalid signature" });
		const id = idOf(request.body);
		if (id === undefined)
			return response.status(422).json({ error: "not an event" });
		await once(id);
		response.json({ received: true });
	},
);

function isGenuine(header, body) {
	const pairs = header.split(",").map((pair) => pair.trim().split("="));
	const timestamp = pairs.find(([name]) => name === "t")?.[1] ?? "";
	// Our clocks are kept well: three minutes are plenty.
	if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= 180)) return false;
	const hmac = createHmac("sha256", secret).update(`${timestamp}.`);
	const expected = Buffer.from(hmac.update(body).digest("hex"));
	return pairs.some(([name, value = ""]) => {
		const given = Buffer.from(value);
		return (
			name === "v1" &&
			given.length === expected.length &&
			timingSafeEqual(given, expected)
		);
	});
}

function idOf(body) {
	try {
		return JSON.parse(body).id;
	} catch {
		return undefined;
	}
}
