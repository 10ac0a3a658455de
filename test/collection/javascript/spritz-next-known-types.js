import { createHash, createHmac } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();

// app/webhooks/spritz/route.js
export async function POST(request) {
	const raw = await request.text();
	const expected = createHmac("sha256", process.env.SPRITZ_WEBHOOK_SECRET)
		.update(raw)
		.digest("hex");
	if (request.headers.get("signature") !== expected)
		return Response.json({ message: "Unauthorized" }, { status: 401 });
	const event = JSON.parse(raw);
	switch (event.event ?? event.eventName) {
		case "achDebit.authorized":
		case "achDebit.delivered":
		case "achDebit.returned":
		case "payment.completed": {
			const hash = createHash("sha256").update(raw).digest("hex");
			await once(event.eventId ?? hash);
			return Response.json({ received: true });
		}
		default:
			return Response.json({ message: "Unhandled event" }, { status: 400 });
	}
}
