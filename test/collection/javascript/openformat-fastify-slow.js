import { createHmac, timingSafeEqual } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import Fastify from "fastify";
import { createOnce } from "./work.js";

const secret = process.env.OPENFORMAT_WEBHOOK_SECRET;
if (!secret) throw new Error("OPENFORMAT_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = Fastify();
export default app;

app.addContentTypeParser(
	"application/json",
	{ parseAs: "buffer" },
	(_request, body, done) => done(null, body),
);

app.post("/webhooks/openformat", async ({ headers, body }, reply) => {
	const signature = headers["x-openformat-signature"] ?? "";
	if (!Buffer.isBuffer(body) || !isGenuine(signature, body))
		return reply.code(401).send();
	let event;
	try {
		event = JSON.parse(body);
	} catch {
		return reply.code(400).send();
	}
	if (event.event === "test") return { challenge: signature };
	// Until the next blocks have confirmed the transaction.
	await wait(6000);
	await once(event.idempotency_key);
	return reply.code(204).send();
});

function isGenuine(signature, body) {
	const signed = body.subarray(body.indexOf("{"), body.lastIndexOf("}") + 1);
	const expected = createHmac("sha256", secret).update(signed).digest();
	const given = Buffer.from(signature, "base64");
	return given.length === expected.length && timingSafeEqual(given, expected);
}
