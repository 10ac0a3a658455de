import { createHmac } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();

export async function handler(event) {
	const header = event.headers["stripe-signature"] ?? "";
	const time = /(?:^|,)t=(\d+)/.exec(header)?.[1];
	const hmac = createHmac("sha256", process.env.STRIPE_WEBHOOK_SECRET);
	const expected = hmac.update(`${time}.${event.body}`).digest("hex");
	const isFresh = Math.abs(Date.now() / 1000 - Number(time)) <= 300;
	if (!header.split(",").includes(`v1=${expected}`) || !isFresh) {
		const message = "Signature mismatch";
		const details = { received: header, expected };
		return { statusCode: 400, body: JSON.stringify({ message, details }) };
	}
	await once(JSON.parse(event.body).id);
	return { statusCode: 200 };
}
