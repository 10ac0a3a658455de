import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import Fastify from "fastify";
import { createOnce } from "./work.js";

const once = createOnce();
const ignore = () => {};
const handlers = {
	achDebit: once,
	achDebitReturn: once,
	offramp: once,
	onramp: once,
	onrampCredit: once,
	payment: once,
	account: ignore,
	capabilities: ignore,
	verification: ignore,
};

const app = Fastify();
app.addContentTypeParser(
	"application/json",
	{ parseAs: "buffer" },
	(_, body, done) => done(null, body),
);

app.post("/webhooks/spritz", async ({ headers, body }, reply) => {
	const hmac = createHmac("sha256", process.env.SPRITZ_WEBHOOK_SECRET);
	const expected = Buffer.from(hmac.update(body).digest("hex"));
	const given = Buffer.from(headers.signature ?? "");
	if (given.length !== 64 || !timingSafeEqual(given, expected))
		return reply.code(401).send({ message: "Invalid signature" });
	const event = JSON.parse(body);
	const [family] = (event.event ?? event.eventName).split(".");
	const hash = createHash("sha256").update(body).digest("hex");
	await handlers[family](event.eventId ?? hash);
	return reply.code(204).send();
});

export default app;
