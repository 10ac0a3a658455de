import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";

const tolerance = 5 * 60_000;

/**
 * @typedef {object} Settings
 * @property {() => readonly string[]} secrets the webhook's secret; for a day after a roll, the new one and the old one
 * @property {(id: string, event: { type: string, data: object }) => Promise<void>} keep
 *   keeps the event, unless one of this id is there already; resolves once it is safe
 * @property {() => number} [now] epoch milliseconds
 */

/** @param {Settings} settings */
export function createApp({ secrets, keep, now = Date.now }) {
	const app = new Hono();

	// #region route
	app.post(
		"/webhooks/solvimon",
		bodyLimit({ maxSize: 1024 * 1024 }),
		async (context) => {
			const body = Buffer.from(await context.req.arrayBuffer());
			const timestamp =
				context.req.header("X-PAYLOAD-SIGNATURE-TIMESTAMP") ?? "";
			const header = context.req.header("X-PAYLOAD-SIGNATURE") ?? "";
			const age = Math.abs(now() - Date.parse(timestamp));
			if (!(age <= tolerance) || !isGenuine(header, timestamp, body, secrets()))
				return context.body(null, 401);

			// Solvimon gives its events no id. A delivery that is repeated has the same bytes.
			const id = createHash("sha256").update(body).digest("hex");
			await keep(id, JSON.parse(body.toString()));
			return context.body(null, 204);
		},
	);
	// #endregion
	return app;
}

// #region verify
/**
 * @param {string} header `v1=` and a signature, one for each secret that is valid
 * @param {string} timestamp
 * @param {Buffer} body
 * @param {readonly string[]} secrets
 */
function isGenuine(header, timestamp, body, secrets) {
	const given = header
		.split(/[ ,]+/)
		.filter((pair) => pair.startsWith("v1="))
		.map((pair) => Buffer.from(pair.slice(3), "hex"));
	return secrets.some((secret) => {
		const hmac = createHmac("sha256", secret);
		const expected = hmac.update(`${timestamp}.`).update(body).digest();
		return given.some(
			(each) =>
				each.length === expected.length && timingSafeEqual(each, expected),
		);
	});
}
// #endregion
