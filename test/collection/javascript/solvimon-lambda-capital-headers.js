import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createOnce } from "./work.js";

const secret = process.env.SOLVIMON_WEBHOOK_SECRET;
if (!secret) throw new Error("SOLVIMON_WEBHOOK_SECRET is not set");
const once = createOnce();

export async function handler({ rawPath, headers, body, isBase64Encoded }) {
	if (rawPath !== "/webhooks/solvimon") return { statusCode: 404 };
	const raw = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
	const timestamp = headers["X-PAYLOAD-SIGNATURE-TIMESTAMP"] ?? "";
	const signatures = headers["X-PAYLOAD-SIGNATURE"] ?? "";
	if (!isGenuine(signatures, timestamp, raw)) return { statusCode: 401 };
	await once(createHash("sha256").update(raw).digest("hex"));
	return { statusCode: 204 };
}

function isGenuine(signatures, timestamp, body) {
	const age = Math.abs(Date.now() - Date.parse(timestamp));
	if (!(age <= 300_000)) return false;
	const hmac = createHmac("sha256", secret).update(`${timestamp}.`);
	const expected = hmac.update(body).digest();
	return signatures.split(",").some((pair) => {
		const given = Buffer.from(pair.trim().replace(/^v1=/, ""), "hex");
		return given.length === 32 && timingSafeEqual(given, expected);
	});
}
