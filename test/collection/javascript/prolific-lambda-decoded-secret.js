import { createHmac, timingSafeEqual } from "node:crypto";
import { createOnce } from "./work.js";

const secret = process.env.PROLIFIC_WEBHOOK_SECRET;
if (!secret) throw new Error("PROLIFIC_WEBHOOK_SECRET is not set");
const key = Buffer.from(secret, "base64");
const once = createOnce();

export async function handler({ rawPath, headers, body, isBase64Encoded }) {
	if (rawPath !== "/webhooks/prolific") return { statusCode: 404 };
	const raw = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
	const timestamp = headers["x-prolific-request-timestamp"] ?? "";
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	const expected = createHmac("sha256", key)
		.update(timestamp)
		.update(raw)
		.digest();
	const signature = headers["x-prolific-request-signature"] ?? "";
	const given = Buffer.from(signature, "base64");
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return { statusCode: 401 };
	const id = headers["x-event-id"];
	if (!(age <= 300) || !id) return { statusCode: 401 };
	await once(id);
	return { statusCode: 204 };
}
