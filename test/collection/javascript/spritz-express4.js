import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import express from "express4";
import { createOnce } from "./work.js";

const once = createOnce();
const app = express();
app.use(
	express.json({
		limit: "2mb",
		verify(req, _, bytes) {
			req.rawBody = bytes;
		},
	}),
);

app.post("/webhooks/spritz", (req, res, next) => {
	const hmac = createHmac("sha256", process.env.SPRITZ_WEBHOOK_SECRET);
	const expected = Buffer.from(hmac.update(req.rawBody).digest("hex"));
	const given = Buffer.from(req.get("Signature") ?? "");
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return res.status(401).json({ message: "Invalid signature" });
	// The older events have no id: the same text is the same event.
	const hash = () => createHash("sha256").update(req.rawBody).digest("hex");
	once(req.body.eventId ?? hash()).then(() => res.sendStatus(200), next);
});

app.use((error, _req, res, _next) => res.status(error.status ?? 500).end());

export default app;
