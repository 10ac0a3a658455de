import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import Fastify from "fastify";
import { createOnce } from "./work.js";

const secret = process.env.SOLVIMON_WEBHOOK_SECRET;
if (!secret) throw new Error("SOLVIMON_WEBHOOK_SECRET is not set");
const once = createOnce();
const app = Fastify();
export default app;

app.removeAllContentTypeParsers();
app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) =>
	done(null, body),
);

app.post("/webhooks/solvimon", async ({ headers, body }, reply) => {
	if (!Buffer.isBuffer(body) || !isGenuine(headers, body))
		return reply.code(401).send();
	await once(createHash("sha256").update(body).digest("hex"));
	return reply.code(204).send();
});

function isGenuine(headers, body) {
	const timestamp = headers["x-payload-signature-timestamp"] ?? "";
	const now = Math.floor(Date.now() / 1000);
	const age = Math.abs(now - new Date(timestamp).getTime());
	if (!(age <= 300)) return false;
	const hmac = createHmac("sha256", secret).update(`${timestamp}.`);
	const expected = hmac.update(body).digest();
	return (headers["x-payload-signature"] ?? "").split(",").some((pair) => {
		const given = Buffer.from(pair.trim().replace(/^v1=/, ""), "hex");
		return given.length === 32 && timingSafeEqual(given, expected);
	});
}
