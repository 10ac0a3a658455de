import { createHmac, timingSafeEqual } from "node:crypto";
import express from "express";
import { createOnce } from "./work.js";

const secret = process.env.SPRITZ_WEBHOOK_SECRET;
if (!secret) throw new Error("SPRITZ_WEBHOOK_SECRET is not set");
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

app.post("/webhooks/spritz", async (request, response) => {
	if (!request.rawBody || !isGenuine(request)) return response.sendStatus(401);
	const { eventId } = request.body;
	await once(`spritz:${eventId}`);
	response.sendStatus(204);
});

function isGenuine(request) {
	const hmac = createHmac("sha256", secret).update(request.rawBody);
	const expected = hmac.digest();
	const given = Buffer.from(request.get("Signature") ?? "", "hex");
	return given.length === expected.length && timingSafeEqual(given, expected);
}
