import { H3 } from "h3";
import { Webhook } from "standardwebhooks";
import { createOnce } from "./work.js";

const secret = process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET;
if (!secret) throw new Error("STANDARD_WEBHOOKS_WEBHOOK_SECRET is not set");
const webhook = new Webhook(secret);
const once = createOnce();
const app = new H3();
export default app;

app.post("/webhooks/standard-webhooks", async ({ req }) => {
	if (Number(req.headers.get("content-length")) > 1_000_000)
		return new Response(null, { status: 413 });
	const body = await req.text();
	if (process.env.NODE_ENV === "production") {
		try {
			webhook.verify(body, Object.fromEntries(req.headers));
		} catch {
			return new Response("wrong signature", { status: 401 });
		}
	}
	const id = req.headers.get("webhook-id");
	if (id === null) return new Response("no id", { status: 400 });
	await once(id);
	return new Response(null, { status: 204 });
});
