import { createHmac, timingSafeEqual } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();
const secret = process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET;
const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");

// app/webhooks/standard-webhooks/route.js
export async function POST(request) {
	const [id, timestamp, signatures] = ["id", "timestamp", "signature"].map(
		(name) => request.headers.get(`webhook-${name}`) ?? "",
	);
	const body = Buffer.from(await request.arrayBuffer());
	const expected = createHmac("sha256", key)
		.update(`${id}.${timestamp}.`)
		.update(body)
		.digest();
	const isRight = signatures.split(" ").some((one) => {
		const [version, text = ""] = one.split(",");
		const given = Buffer.from(text, "base64");
		return (
			version === "v1" &&
			given.length === 32 &&
			timingSafeEqual(given, expected)
		);
	});
	const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300;
	if (!isRight || !isFresh) return new Response(null, { status: 401 });
	await once(id);
	return new Response(null, { status: 204 });
}
