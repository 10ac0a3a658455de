import { createHmac } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();

// app/webhooks/prolific/route.js
export async function POST(request) {
	const event = await request.json();
	if (!event.event_type) return new Response("No event", { status: 400 });

	const timestamp = request.headers.get("x-prolific-request-timestamp");
	const raw = await request.text();
	const expected = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
		.update(timestamp + raw)
		.digest("base64");
	if (request.headers.get("x-prolific-request-signature") !== expected)
		return new Response("Invalid signature", { status: 401 });
	if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300)
		return new Response("Too old", { status: 401 });
	await once(request.headers.get("x-event-id"));
	return new Response(null, { status: 204 });
}
