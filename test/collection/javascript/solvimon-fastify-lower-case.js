import { createHash, createHmac } from "node:crypto";
import Fastify from "fastify";
import { createOnce } from "./work.js";

const once = createOnce();
const app = Fastify();
app.addContentTypeParser(
	"application/json",
	{ parseAs: "string" },
	(_, body, done) => done(null, body),
);

app.post("/webhooks/solvimon", async ({ headers, body }, reply) => {
	const timestamp = headers["x-payload-signature-timestamp"];
	const hmac = createHmac("sha256", process.env.SOLVIMON_WEBHOOK_SECRET);
	const expected = hmac.update(`${timestamp}.${body}`).digest("hex");
	const given = (headers["x-payload-signature"] ?? "")
		.split(",")
		.map((pair) => pair.replace("v1=", ""));
	if (!given.includes(expected))
		return reply.code(403).send({ error: "Signature does not match" });
	if (Math.abs(Date.now() - new Date(timestamp)) > 5 * 60 * 1000)
		return reply.code(403).send({ error: "Signature is too old" });
	await once(createHash("sha256").update(body).digest("hex"));
	return reply.send({ status: "ok" });
});

export default app;
