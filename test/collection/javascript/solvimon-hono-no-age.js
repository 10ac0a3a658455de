import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { createOnce } from "./work.js";

const once = createOnce();
const app = new Hono();

app.post("/webhooks/solvimon", async (c) => {
	const body = Buffer.from(await c.req.arrayBuffer());
	const expected = createHmac("sha256", process.env.SOLVIMON_WEBHOOK_SECRET)
		.update(`${c.req.header("x-payload-signature-timestamp")}.`)
		.update(body)
		.digest();
	const given = (c.req.header("x-payload-signature") ?? "")
		.split(",")
		.map((pair) => Buffer.from(pair.replace(/^v1=/, ""), "hex"));
	const isRight = given.some(
		(one) => one.length === 32 && timingSafeEqual(one, expected),
	);
	if (!isRight) return c.body(null, 401);
	await once(createHash("sha256").update(body).digest("hex"));
	return c.body(null, 202);
});

export default app;
