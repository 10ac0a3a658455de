import { createHash, createHmac } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const once = createOnce();
const app = express();

app.post("/webhooks/spritz", express.raw({ type: "*/*" }), async (req, res) => {
	const hmac = createHmac("sha256", process.env.SPRITZ_WEBHOOK_SECRET);
	// As Spritz has it for requests to its API.
	const expected = `sha256=${hmac.update(req.body).digest("hex")}`;
	if (req.get("Signature") !== expected) return res.sendStatus(401);
	const { eventId } = JSON.parse(req.body);
	const hash = createHash("sha256").update(req.body).digest("hex");
	await once(eventId ?? hash);
	res.sendStatus(204);
});

export default app;
