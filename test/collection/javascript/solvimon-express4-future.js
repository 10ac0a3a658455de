import { createHash, createHmac } from "node:crypto";
import express from "express4";
import { createOnce } from "./work.js";

const once = createOnce();
const fiveMinutes = 5 * 60 * 1000;
const app = express();

app.post(
	"/webhooks/solvimon",
	express.raw({ type: "application/json", limit: "5mb" }),
	(req, res, next) => {
		const timestamp = req.get("X-PAYLOAD-SIGNATURE-TIMESTAMP");
		if (!timestamp || Date.now() - Date.parse(timestamp) > fiveMinutes)
			return res.status(401).send("Signature too old");
		const expected = createHmac("sha256", process.env.SOLVIMON_WEBHOOK_SECRET)
			.update(Buffer.concat([Buffer.from(`${timestamp}.`), req.body]))
			.digest("hex");
		const signatures = (req.get("X-PAYLOAD-SIGNATURE") || "")
			.toLowerCase()
			.split(",");
		if (!signatures.includes(`v1=${expected}`))
			return res.status(401).send("Invalid signature");
		const key = createHash("sha256").update(req.body).digest("hex");
		once(key).then(() => res.status(200).end(), next);
	},
);

export default app;
