import { createHmac } from "node:crypto";
import { H3 } from "h3";
import { createOnce } from "./work.js";

const secret = process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET;
const key = Buffer.from(secret.slice("whsec_".length), "base64");
const once = createOnce();

export default new H3().post("/webhooks/standard-webhooks", async (event) => {
	const { headers } = event.req;
	const timestamp = headers.get("webhook-timestamp");
	const body = await event.req.text();
	const expected = createHmac("sha256", key)
		.update(`${timestamp}.${body}`)
		.digest("base64");
	const given = headers.get("webhook-signature")?.split(" ") ?? [];
	if (!given.includes(`v1,${expected}`))
		return new Response("Invalid signature", { status: 400 });
	if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300)
		return new Response("Timestamp outside the tolerance", { status: 400 });
	await once(headers.get("webhook-id"));
	return new Response(null, { status: 204 });
});
