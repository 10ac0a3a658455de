import { createHmac, timingSafeEqual } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();

export async function POST(request) {
	const secret = process.env.PROLIFIC_WEBHOOK_SECRET;
	if (!secret) return new Response(null, { status: 500 });
	const { headers } = request;
	if (Number(headers.get("content-length")) > 1_000_000)
		return new Response(null, { status: 413 });
	const body = await request.text();
	const timestamp = headers.get("X-Prolific-Request-Timestamp") ?? "";
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	const hmac = createHmac("sha256", secret).update(timestamp + body);
	const expected = hmac.digest();
	const signature = headers.get("X-Prolific-Request-Signature") ?? "";
	const given = Buffer.from(signature, "base64");
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return new Response("wrong signature", { status: 401 });
	const id = headers.get("X-Event-ID");
	if (!(age <= 300) || !id) return new Response("too old", { status: 401 });

	switch (typeOf(body)) {
		case "submission.status.change":
			await once(id);
			return new Response(null, { status: 204 });
		default:
			return Response.json({ error: "unknown event type" }, { status: 400 });
	}
}

function typeOf(body) {
	try {
		return JSON.parse(body).event_type;
	} catch {
		return undefined;
	}
}
