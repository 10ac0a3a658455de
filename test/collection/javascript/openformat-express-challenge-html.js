import { createHmac, timingSafeEqual } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const secret = process.env.OPENFORMAT_WEBHOOK_SECRET;
if (!secret) throw new Error("OPENFORMAT_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = express();
export default app;

app.use(
	express.json({
		limit: "1mb",
		verify: (request, _response, bytes) => {
			request.rawBody = bytes;
		},
	}),
);

app.post("/webhooks/openformat", async (request, response) => {
	const signature = request.get("x-openformat-signature") ?? "";
	if (!request.rawBody || !isGenuine(signature, request.rawBody))
		return response.sendStatus(401);
	const { event, idempotency_key: key } = request.body;
	if (event === "test")
		return response.send(JSON.stringify({ challenge: signature }));
	await once(key);
	response.sendStatus(204);
});

function isGenuine(signature, body) {
	const signed = body.subarray(body.indexOf("{"), body.lastIndexOf("}") + 1);
	const expected = createHmac("sha256", secret).update(signed).digest();
	const given = Buffer.from(signature, "base64");
	return given.length === expected.length && timingSafeEqual(given, expected);
}
