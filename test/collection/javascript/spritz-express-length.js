import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const once = createOnce();
const app = express();

app.post("/webhooks/spritz", express.raw({ type: "*/*" }), async (req, res) => {
	const expected = createHmac("sha256", process.env.SPRITZ_WEBHOOK_SECRET)
		.update(req.body)
		.digest("hex");
	const given = req.get("Signature");
	if (!timingSafeEqual(Buffer.from(given), Buffer.from(expected)))
		return res.status(401).json({ error: "Invalid signature" });
	const { eventId } = JSON.parse(req.body);
	const hash = createHash("sha256").update(req.body).digest("hex");
	await once(eventId ?? hash);
	res.json({ received: true });
});

export default app;
