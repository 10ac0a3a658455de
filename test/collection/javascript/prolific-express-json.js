import { createHmac } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const secret = process.env.PROLIFIC_WEBHOOK_SECRET;
const once = createOnce();
const app = express();
app.use(express.json());

app.post("/webhooks/prolific", async (req, res) => {
	const timestamp = req.headers["x-prolific-request-timestamp"];
	const expected = createHmac("sha256", secret)
		.update(timestamp + JSON.stringify(req.body))
		.digest("base64");
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	if (req.headers["x-prolific-request-signature"] !== expected || age > 300)
		return res.status(401).json({ message: "Invalid signature" });
	await once(req.headers["x-event-id"]);
	res.status(200).end();
});

export default app;
