import { createHash, createHmac } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();

export const handler = async (event) => {
	const timestamp = event.headers["X-PAYLOAD-SIGNATURE-TIMESTAMP"];
	const signature = event.headers["X-PAYLOAD-SIGNATURE"] ?? "";
	const body = event.isBase64Encoded
		? Buffer.from(event.body, "base64")
		: Buffer.from(event.body ?? "");
	const hmac = createHmac("sha256", process.env.SOLVIMON_WEBHOOK_SECRET);
	const hex = hmac.update(`${timestamp}.`).update(body).digest("hex");
	if (!signature.split(",").includes(`v1=${hex.toUpperCase()}`))
		return { statusCode: 401 };
	if (Math.abs(Date.now() - Date.parse(timestamp)) > 300_000)
		return { statusCode: 401 };
	await once(createHash("sha256").update(body).digest("hex"));
	return { statusCode: 204 };
};
