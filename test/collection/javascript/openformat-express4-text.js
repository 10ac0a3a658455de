import { createHmac } from "node:crypto";
import express from "express4";
import { createOnce } from "./work.js";

const once = createOnce();
const app = express();

app.post(
	"/webhooks/openformat",
	express.text({ type: "*/*" }),
	(req, res, next) => {
		const signature = req.get("x-openformat-signature");
		const expected = createHmac("sha256", process.env.OPENFORMAT_WEBHOOK_SECRET)
			.update(req.body.trim())
			.digest("base64");
		if (signature !== expected) return res.status(401).send("unauthorized");
		const event = JSON.parse(req.body);
		if (event.event === "test")
			return res.send(JSON.stringify({ challenge: signature }));
		once(event.idempotency_key).then(() => res.send("ok"), next);
	},
);

export default app;
