import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import Fastify from "fastify";
import { createOnce } from "./work.js";

const once = createOnce();
const app = Fastify();
app.addContentTypeParser(
	"application/json",
	{ parseAs: "buffer" },
	(_, body, done) => done(null, body),
);

function isGenuine(headers, body) {
	const timestamp = headers["x-payload-signature-timestamp"] ?? "";
	if (!(Math.abs(Date.now() - Date.parse(timestamp)) <= 300_000)) return false;
	const expected = createHmac("sha256", process.env.SOLVIMON_WEBHOOK_SECRET)
		.update(`${timestamp}.`)
		.update(body)
		.digest();
	// Two while a secret is rolled.
	const values = (headers["x-payload-signature"] ?? "").split(",");
	return values.some((value) => {
		const [version, hex = ""] = value.trim().split("=");
		const given = Buffer.from(hex, "hex");
		return (
			version === "v1" &&
			given.length === 32 &&
			timingSafeEqual(given, expected)
		);
	});
}

app.post("/webhooks/solvimon", async ({ headers, body }, reply) => {
	if (!isGenuine(headers, body)) return reply.code(401).send();
	// No event has an id: the same text is the same event.
	await once(createHash("sha256").update(body).digest("hex"));
	return reply.code(204).send();
});

export default app;
