import { createHmac, timingSafeEqual } from "node:crypto";
import Fastify, { type FastifyInstance } from "fastify";

interface OpenFormatEvent {
	readonly event: string;
	readonly idempotency_key: string;
	readonly payload: unknown;
}

export interface Settings {
	/** The account's secret; while it is being changed, the new one and the old one. */
	readonly secrets: () => readonly string[];
	/** Keeps the event, unless one of this id is there already. Resolves once it is safe. */
	readonly keep: (id: string, event: OpenFormatEvent) => Promise<void>;
}

export function createApp({ secrets, keep }: Settings): FastifyInstance {
	const app = Fastify({ bodyLimit: 1024 * 1024 });

	// #region route
	// Fastify would parse it. The signature is over the bytes as they came.
	app.removeAllContentTypeParsers();
	app.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) =>
		done(null, body),
	);

	app.post("/webhooks/openformat", async (request, reply) => {
		const body = request.body;
		const signature = String(request.headers["x-openformat-signature"] ?? "");
		if (!Buffer.isBuffer(body) || !isGenuine(signature, body, secrets()))
			return reply.code(401).send();

		const event: OpenFormatEvent = JSON.parse(body.toString());
		// A webhook's test wants its signature back, as JSON.
		if (event.event === "test") return { challenge: signature };
		await keep(event.idempotency_key, event);
		return reply.code(204).send();
	});
	// #endregion
	return app;
}

// #region verify
function isGenuine(
	signature: string,
	body: Buffer,
	secrets: readonly string[],
): boolean {
	const given = Buffer.from(signature);
	// From the first brace to the last: white space around them is not signed.
	const signed = body.subarray(body.indexOf("{"), body.lastIndexOf("}") + 1);
	return secrets.some((secret) => {
		const hmac = createHmac("sha256", secret).update(signed);
		const expected = Buffer.from(hmac.digest("base64"));
		return given.length === expected.length && timingSafeEqual(given, expected);
	});
}
// #endregion
