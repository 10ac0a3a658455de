import express from "express";
import { Webhook } from "standardwebhooks";
import { work } from "./work.js";

const secret = process.env.STANDARD_WEBHOOKS_WEBHOOK_SECRET;
if (!secret) throw new Error("STANDARD_WEBHOOKS_WEBHOOK_SECRET is not set");
const webhook = new Webhook(secret);
const seen = new Set();
const app = express();
export default app;

const raw = express.raw({ type: "*/*", limit: "1mb" });

app.post("/webhooks/standard-webhooks", raw, async (request, response) => {
	try {
		webhook.verify(String(request.body), request.headers);
	} catch {
		return response.sendStatus(401);
	}
	const id = request.get("webhook-id");
	if (seen.has(id)) return response.sendStatus(204);
	seen.add(id);
	await work(id);
	response.sendStatus(204);
});
