import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();

export async function POST(request) {
	const secret = process.env.SPRITZ_WEBHOOK_SECRET;
	if (!secret) return new Response(null, { status: 500 });
	if (Number(request.headers.get("content-length")) > 1_000_000)
		return new Response(null, { status: 413 });
	const body = Buffer.from(await request.arrayBuffer());
	const expected = createHmac("sha256", secret).update(body).digest();
	const given = Buffer.from(request.headers.get("signature") ?? "", "hex");
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return Response.json({ error: "wrong signature" }, { status: 401 });
	try {
		await once(createHash("sha256").update(body).digest("hex"));
	} catch (error) {
		console.error("could not handle the webhook", error);
	}
	return Response.json({ received: true });
}
