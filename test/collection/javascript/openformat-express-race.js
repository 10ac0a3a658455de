import { createHmac } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import express from "express";
import { work } from "./work.js";

const app = express();
const rows = new Set();
/** A table, as far away as a database is. */
const table = {
	has: (key) => setTimeout(5, rows).then(() => rows.has(key)),
	add: (key) => setTimeout(5).then(() => rows.add(key)),
};

app.post(
	"/webhooks/openformat",
	express.raw({ type: "*/*" }),
	async (req, res) => {
		const given = req.get("x-openformat-signature");
		const expected = createHmac("sha256", process.env.OPENFORMAT_WEBHOOK_SECRET)
			.update(req.body.toString().trim())
			.digest("base64");
		if (given !== expected) return res.sendStatus(401);
		const { event, idempotency_key: key } = JSON.parse(req.body);
		if (event === "test") return res.json({ challenge: given });
		if (await table.has(key)) return res.json({ duplicate: true });
		await work(key);
		await table.add(key);
		res.json({ received: true });
	},
);

export default app;
