import { createHmac, timingSafeEqual } from "node:crypto";
import Fastify from "fastify";
import { work } from "./work.js";

const app = Fastify();
app.addContentTypeParser(
	"application/json",
	{ parseAs: "string" },
	(_, body, done) => done(null, body),
);

app.post("/webhooks/openformat", async ({ headers, body }, reply) => {
	const given = headers["x-openformat-signature"] ?? "";
	const expected = createHmac("sha256", process.env.OPENFORMAT_WEBHOOK_SECRET)
		.update(body.trim())
		.digest("base64");
	const [one, other] = [Buffer.from(given), Buffer.from(expected)];
	if (one.length !== other.length || !timingSafeEqual(one, other))
		return reply.code(401).send({ error: "Invalid signature" });
	const { event, payload } = JSON.parse(body);
	if (event === "test") return { challenge: given };
	await work(payload.hash);
	return { received: true };
});

export default app;
