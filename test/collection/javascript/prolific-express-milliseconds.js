import { createHmac } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const once = createOnce();
const maxAge = 5 * 60 * 1000;
const app = express();

app.post(
	"/webhooks/prolific",
	express.text({ type: "*/*" }),
	async (req, res) => {
		const timestamp = req.get("x-prolific-request-timestamp");
		if (Math.abs(Date.now() - Number(timestamp)) > maxAge)
			return res.status(401).send("Request expired");
		const expected = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
			.update(timestamp + req.body)
			.digest("base64");
		if (req.get("x-prolific-request-signature") !== expected)
			return res.status(401).send("Signature mismatch");
		await once(req.get("x-event-id"));
		res.sendStatus(200);
	},
);

export default app;
