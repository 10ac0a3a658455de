import { createHmac } from "node:crypto";
import Fastify from "fastify";
import { createOnce } from "./work.js";

const once = createOnce();
const app = Fastify();
app.addContentTypeParser(
	"application/json",
	{ parseAs: "buffer" },
	(_, body, done) => done(null, body),
);

app.post("/webhooks/prolific", async (request, reply) => {
	const { headers, body } = request;
	const expected = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
		.update(`${headers["x-timestamp"]}`)
		.update(body)
		.digest("base64");
	const sent = Number(headers["x-prolific-request-timestamp"]);
	if (
		headers["x-prolific-request-signature"] !== expected ||
		Math.abs(Date.now() / 1000 - sent) > 300
	)
		return reply.code(401).send({ error: "unauthorized" });
	await once(headers["x-event-id"]);
	return reply.code(204).send();
});

export default app;
