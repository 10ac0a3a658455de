import { Webhook } from "standardwebhooks";
import { createOnce } from "./work.js";

const once = createOnce();

export async function POST(request) {
	const webhook = new Webhook(process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET);
	if (Number(request.headers.get("content-length")) > 1_000_000)
		return new Response(null, { status: 413 });
	const body = await request.text();
	webhook.verify(body, Object.fromEntries(request.headers));
	await once(request.headers.get("webhook-id"));
	return new Response(null, { status: 204 });
}
