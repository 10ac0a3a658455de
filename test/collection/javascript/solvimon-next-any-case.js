import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();

export async function POST(request) {
	const secret = process.env.SOLVIMON_WEBHOOK_SECRET;
	if (!secret) return Response.json({ error: "no secret" }, { status: 500 });
	if (Number(request.headers.get("content-length")) > 1_000_000)
		return Response.json({ error: "too long" }, { status: 413 });

	const body = await request.text();
	const timestamp = request.headers.get("X-PAYLOAD-SIGNATURE-TIMESTAMP") ?? "";
	const age = Math.abs(Date.now() - Date.parse(timestamp));
	if (Number.isNaN(age) || age > 5 * 60_000)
		return Response.json({ error: "too old" }, { status: 401 });

	const hmac = createHmac("sha256", secret).update(`${timestamp}.${body}`);
	const expected = Buffer.from(hmac.digest("hex"));
	const signatures = request.headers.get("X-PAYLOAD-SIGNATURE") ?? "";
	const isGenuine = [...signatures.matchAll(/v1=([0-9a-f]{64})\b/gi)].some(
		([, given]) => timingSafeEqual(Buffer.from(given.toLowerCase()), expected),
	);
	if (!isGenuine)
		return Response.json({ error: "wrong signature" }, { status: 401 });

	await once(createHash("sha256").update(body).digest("base64url"));
	return Response.json({ ok: true }, { status: 201 });
}
