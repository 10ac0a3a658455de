import { createHash, createHmac } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const once = createOnce();
const app = express();

app.post(
	"/webhooks/solvimon",
	express.raw({ type: "*/*" }),
	async (req, res) => {
		const timestamp = req.get("x-payload-signature-timestamp");
		const [, signature] = req.get("x-payload-signature")?.split("=") ?? [];
		const expected = createHmac("sha256", process.env.SOLVIMON_WEBHOOK_SECRET)
			.update(`${timestamp}.${req.body}`)
			.digest("hex");
		if (signature?.toLowerCase() !== expected)
			return res.status(401).send("Invalid signature");
		if (Math.abs(Date.now() - Date.parse(timestamp)) > 300_000)
			return res.status(401).send("Signature expired");
		await once(createHash("sha256").update(req.body).digest("hex"));
		res.sendStatus(202);
	},
);

export default app;
