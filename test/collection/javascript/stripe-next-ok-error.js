import { createHmac, timingSafeEqual } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();

function isGenuine(header, body) {
	const pairs = header.split(",").map((pair) => pair.split("="));
	const time = pairs.find(([name]) => name === "t")?.[1];
	if (!(Math.abs(Date.now() / 1000 - Number(time)) <= 300)) return false;
	const hmac = createHmac("sha256", process.env.STRIPE_WEBHOOK_SECRET);
	const expected = hmac.update(`${time}.${body}`).digest();
	return pairs.some(([name, value = ""]) => {
		const given = Buffer.from(value, "hex");
		return (
			name === "v1" && given.length === 32 && timingSafeEqual(given, expected)
		);
	});
}

// app/webhooks/stripe/route.js
export async function POST(request) {
	const body = await request.text();
	if (!isGenuine(request.headers.get("stripe-signature") ?? "", body))
		return Response.json({ error: "Invalid signature" });
	await once(JSON.parse(body).id);
	return Response.json({ received: true });
}
