import { createHmac, timingSafeEqual } from "node:crypto";
import express from "express4";
import { createOnce } from "./work.js";

const once = createOnce();
const app = express();

function verify(req) {
	const timestamp = req.get("X-Prolific-Request-Timestamp") || "";
	if (Math.abs(Date.now() / 1000 - timestamp) > 5 * 60) return false;
	const hmac = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET);
	const expected = hmac.update(req.body).update(timestamp).digest("base64");
	const given = req.get("X-Prolific-Request-Signature") || "";
	return (
		given.length === expected.length &&
		timingSafeEqual(Buffer.from(given), Buffer.from(expected))
	);
}

app.post(
	"/webhooks/prolific",
	express.raw({ type: "application/json" }),
	(req, res, next) => {
		if (!verify(req)) return res.status(400).send("Bad signature");
		once(req.get("X-Event-ID")).then(() => res.send("ok"), next);
	},
);

export default app;
