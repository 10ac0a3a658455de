import { createHmac } from "node:crypto";
import { createOnce } from "./work.js";

const once = createOnce();

/** The gateway hands over every body in base64. */
export const binaryMediaTypes = ["*/*"];

export const handler = async (event) => {
	const timestamp = event.headers["x-prolific-request-timestamp"] ?? "";
	const expected = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
		.update(timestamp + event.body)
		.digest("base64");
	if (event.headers["x-prolific-request-signature"] !== expected)
		return { statusCode: 401, body: "Invalid signature" };
	if (Math.abs(Date.now() / 1000 - Number(timestamp)) > 300)
		return { statusCode: 401, body: "Expired" };
	await once(event.headers["x-event-id"]);
	return { statusCode: 200, body: "" };
};
