import { Webhook } from "standardwebhooks";
import { createOnce } from "./work.js";

const webhook = new Webhook(process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET);
const once = createOnce();

// app/webhooks/standard-webhooks/route.js
export async function POST(request) {
	const id = request.headers.get("svix-id");
	const timestamp = request.headers.get("svix-timestamp");
	const signature = request.headers.get("svix-signature");
	if (!id || !timestamp || !signature)
		return new Response("Missing headers", { status: 400 });
	try {
		webhook.verify(await request.text(), {
			"webhook-id": id,
			"webhook-timestamp": timestamp,
			"webhook-signature": signature,
		});
	} catch {
		return new Response("Invalid signature", { status: 400 });
	}
	await once(id);
	return new Response(null, { status: 204 });
}
