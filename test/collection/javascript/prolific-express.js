import { createHmac, timingSafeEqual } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const secret = process.env.PROLIFIC_WEBHOOK_SECRET;
const once = createOnce();
const app = express();

app.post(
	"/webhooks/prolific",
	express.raw({ type: "*/*" }),
	async (request, response) => {
		const timestamp = request.get("X-Prolific-Request-Timestamp") ?? "";
		const expected = createHmac("sha256", secret)
			.update(timestamp)
			.update(request.body)
			.digest();
		const signature = request.get("X-Prolific-Request-Signature") ?? "";
		const given = Buffer.from(signature, "base64");
		const isRight =
			given.length === expected.length && timingSafeEqual(given, expected);
		const isFresh = Math.abs(Date.now() / 1000 - Number(timestamp)) <= 300;
		if (!isRight || !isFresh) return response.sendStatus(401);
		await once(request.get("X-Event-ID"));
		response.sendStatus(204);
	},
);

export default app;
