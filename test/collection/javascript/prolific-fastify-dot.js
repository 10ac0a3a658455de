import { createHmac, timingSafeEqual } from "node:crypto";
import Fastify from "fastify";
import { createOnce } from "./work.js";

const secret = process.env.PROLIFIC_WEBHOOK_SECRET;
if (!secret) throw new Error("PROLIFIC_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = Fastify();
export default app;

app.addContentTypeParser(
	"application/json",
	{ parseAs: "string" },
	(_request, body, done) => done(null, body),
);

app.post("/webhooks/prolific", async ({ headers, body }, reply) => {
	const timestamp = headers["x-prolific-request-timestamp"] ?? "";
	const hmac = createHmac("sha256", secret).update(`${timestamp}.${body}`);
	const expected = hmac.digest();
	const signature = headers["x-prolific-request-signature"] ?? "";
	const given = Buffer.from(signature, "base64");
	const age = Math.abs(Date.now() / 1000 - Number(timestamp));
	const id = headers["x-event-id"];
	if (given.length !== expected.length || !timingSafeEqual(given, expected))
		return reply.code(401).send();
	if (!(age <= 300) || id === undefined) return reply.code(401).send();
	await once(id);
	return reply.code(204).send();
});
