import { createHmac, timingSafeEqual } from "node:crypto";
import { H3 } from "h3";
import { createOnce } from "./work.js";

const secret = process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET;
if (!secret) throw new Error("STANDARD_WEBHOOKS_WEBHOOK_SECRET is not set");
const key = Buffer.from(secret.replace("whsec_", ""), "base64");
const once = createOnce();
const app = new H3();
export default app;

app.post("/webhooks/standard-webhooks", async ({ req }) => {
	if (Number(req.headers.get("content-length")) > 1_000_000)
		return new Response(null, { status: 413 });
	const body = await req.text();
	const id = req.headers.get("webhook-id") ?? "";
	const timestamp = req.headers.get("webhook-timestamp") ?? "";
	const header = req.headers.get("webhook-signature") ?? "";
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));

	const expected = createHmac("sha256", key)
		.update(`${id}.${timestamp}.${body}`)
		.digest();
	const given = Buffer.from(header.replace(/^v1,/, ""), "base64");
	const isGenuine =
		given.length === expected.length && timingSafeEqual(given, expected);
	if (!isGenuine || !(age <= 300)) return new Response(null, { status: 401 });
	await once(id);
	return new Response(null, { status: 204 });
});
