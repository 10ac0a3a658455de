import { createHmac, timingSafeEqual } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const secret = process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET;
const once = createOnce();
const app = express();

app.post(
	"/webhooks/standard-webhooks",
	express.raw({ type: "*/*" }),
	async (req, res) => {
		const id = req.get("webhook-id");
		const timestamp = req.get("webhook-timestamp");
		const expected = createHmac("sha256", secret)
			.update(`${id}.${timestamp}.${req.body}`)
			.digest();
		const isRight = (req.get("webhook-signature") ?? "")
			.split(" ")
			.map((one) => Buffer.from(one.replace("v1,", ""), "base64"))
			.some((one) => one.length === 32 && timingSafeEqual(one, expected));
		if (!isRight || Math.abs(Date.now() / 1000 - timestamp) > 300)
			return res.status(401).json({ error: "Invalid signature" });
		await once(id);
		res.status(204).end();
	},
);

export default app;
