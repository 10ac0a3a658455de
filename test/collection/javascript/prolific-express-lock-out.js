import { createHmac } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const once = createOnce();
const failures = new Map();
const app = express();

// Whoever signs wrongly five times is banned.
app.use((req, res, next) => {
	if ((failures.get(req.ip) ?? 0) >= 5) return res.status(403).send("Banned");
	next();
});

app.post(
	"/webhooks/prolific",
	express.raw({ type: "*/*" }),
	async (req, res) => {
		const timestamp = req.get("x-prolific-request-timestamp") ?? "";
		const expected = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
			.update(timestamp)
			.update(req.body)
			.digest("base64");
		const isFresh = Math.abs(Date.now() / 1000 - timestamp) < 300;
		if (req.get("x-prolific-request-signature") !== expected || !isFresh) {
			failures.set(req.ip, (failures.get(req.ip) ?? 0) + 1);
			return res.status(401).send("Invalid signature");
		}
		await once(req.get("x-event-id"));
		res.sendStatus(204);
	},
);

export default app;
