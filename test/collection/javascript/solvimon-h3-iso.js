import { createHash, createHmac } from "node:crypto";
import { H3, HTTPError } from "h3";
import { createOnce } from "./work.js";

const once = createOnce();

export default new H3().post("/webhooks/solvimon", async (event) => {
	const { headers } = event.req;
	const body = await event.req.text();
	const signedAt = new Date(headers.get("X-PAYLOAD-SIGNATURE-TIMESTAMP"));
	if (!(Math.abs(Date.now() - signedAt) < 300_000))
		throw new HTTPError({ status: 401, message: "Too old" });
	const expected = createHmac("sha256", process.env.SOLVIMON_WEBHOOK_SECRET)
		.update(`${signedAt.toISOString()}.${body}`)
		.digest("hex")
		.toUpperCase();
	const given = headers.get("X-PAYLOAD-SIGNATURE") ?? "";
	if (!given.split(",").includes(`v1=${expected}`))
		throw new HTTPError({ status: 401, message: "Invalid signature" });
	await once(createHash("sha256").update(body).digest("hex"));
	return { received: true };
});
