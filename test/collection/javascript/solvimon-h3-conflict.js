import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { H3 } from "h3";
import { createOnce } from "./work.js";

const secret = process.env.SOLVIMON_WEBHOOK_SECRET;
if (!secret) throw new Error("SOLVIMON_WEBHOOK_SECRET is not set");
const once = createOnce();
const known = new Set();
const app = new H3();
export default app;

app.post("/webhooks/solvimon", async ({ req }) => {
	if (Number(req.headers.get("content-length")) > 1_000_000)
		return new Response(null, { status: 413 });
	const body = Buffer.from(await req.arrayBuffer());
	if (!isGenuine(req.headers, body)) return new Response(null, { status: 401 });
	const key = createHash("sha256").update(body).digest("hex");
	if (known.has(key))
		return Response.json({ error: "already processed" }, { status: 409 });
	await once(key);
	known.add(key);
	return new Response(null, { status: 204 });
});

function isGenuine(headers, body) {
	const timestamp = headers.get("x-payload-signature-timestamp") ?? "";
	const age = Math.abs(Date.now() - Date.parse(timestamp));
	if (!(age <= 300_000)) return false;
	const hmac = createHmac("sha256", secret).update(`${timestamp}.`);
	const expected = hmac.update(body).digest();
	return (headers.get("x-payload-signature") ?? "").split(",").some((pair) => {
		const given = Buffer.from(pair.trim().replace(/^v1=/, ""), "hex");
		return given.length === 32 && timingSafeEqual(given, expected);
	});
}
