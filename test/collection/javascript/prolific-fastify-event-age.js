import { createHmac } from "node:crypto";
import Fastify from "fastify";
import { createOnce } from "./work.js";

const once = createOnce();
const app = Fastify();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) =>
	done(null, body),
);
app.removeContentTypeParser("application/json");

/** Not older than five minutes. */
function isRecent(seconds) {
	return Math.abs(Date.now() / 1000 - Number(seconds)) < 300;
}

app.post("/webhooks/prolific", async ({ headers, body }, reply) => {
	const timestamp = headers["x-prolific-request-timestamp"] ?? "";
	const expected = createHmac("sha256", process.env.PROLIFIC_WEBHOOK_SECRET)
		.update(Buffer.concat([Buffer.from(timestamp), body]))
		.digest("base64");
	if (headers["x-prolific-request-signature"] !== expected)
		return reply.code(401).send({ error: "signature" });
	if (!isRecent(headers["x-timestamp"]) || !isRecent(timestamp))
		return reply.code(400).send({ error: "too old" });
	await once(headers["x-event-id"]);
	return reply.code(200).send({ received: true });
});

export default app;
