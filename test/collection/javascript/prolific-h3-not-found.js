import { createHmac, timingSafeEqual } from "node:crypto";
import { H3 } from "h3";
import { createOnce } from "./work.js";

const secret = process.env.PROLIFIC_WEBHOOK_SECRET;
if (!secret) throw new Error("PROLIFIC_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = new H3();
export default app;

// Nobody but Prolific is to know that there is something here.
const hidden = () => new Response("Not found", { status: 404 });

app.post("/webhooks/prolific", async ({ req }) => {
	const { headers } = req;
	if (Number(headers.get("content-length")) > 1_000_000) return hidden();
	const body = Buffer.from(await req.arrayBuffer());
	const timestamp = headers.get("X-Prolific-Request-Timestamp") ?? "";
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	const hmac = createHmac("sha256", secret).update(timestamp).update(body);
	const expected = Buffer.from(hmac.digest("base64"));
	const given = Buffer.from(headers.get("X-Prolific-Request-Signature") ?? "");
	const id = headers.get("X-Event-ID");
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return hidden();
	if (!(age <= 300) || id === null) return hidden();
	await once(id);
	return new Response(null, { status: 204 });
});
