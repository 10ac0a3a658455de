import { createHmac, timingSafeEqual } from "node:crypto";
import express, { type Express, type Request } from "express";

export interface ProlificEvent {
	readonly event_type: string;
	readonly resource_id: string;
	readonly status?: string;
}

export interface Settings {
	/** The signing secret; while it is being changed, the new one and the old one. */
	readonly secrets: () => readonly string[];
	/** Keeps the event, unless one of this id is there already. Resolves once it is safe. */
	readonly keep: (
		id: string,
		event: ProlificEvent,
		sentAt: number,
	) => Promise<void>;
	/** Epoch milliseconds. */
	readonly now?: () => number;
}

export function createApp({
	secrets,
	keep,
	now = Date.now,
}: Settings): Express {
	const app = express();

	// #region route
	// The raw body, for this route alone: the signature is over the bytes as they came.
	const raw = express.raw({ type: "*/*", limit: "1mb" });

	app.post("/webhooks/prolific", raw, async (request, response) => {
		const body: unknown = request.body;
		if (!Buffer.isBuffer(body) || !isGenuine(request, body, secrets(), now()))
			return void response.sendStatus(401);

		const id = request.get("X-Event-ID");
		if (id === undefined) return void response.sendStatus(400);
		const sentAt = Number(request.get("X-Timestamp"));
		await keep(id, JSON.parse(body.toString()), sentAt);
		// Only now. If it could not be kept, Express answers 500, and Prolific tries again.
		response.sendStatus(204);
	});
	// #endregion
	return app;
}

// #region verify
const tolerance = 5 * 60_000;

function isGenuine(
	request: Request,
	body: Buffer,
	secrets: readonly string[],
	now: number,
): boolean {
	const timestamp = request.get("X-Prolific-Request-Timestamp") ?? "";
	const given = Buffer.from(request.get("X-Prolific-Request-Signature") ?? "");
	// Not ">": what is no number is not near either.
	if (!(Math.abs(now - Number(timestamp) * 1000) <= tolerance)) return false;
	return secrets.some((secret) => {
		const hmac = createHmac("sha256", secret).update(timestamp).update(body);
		const expected = Buffer.from(hmac.digest("base64"));
		return given.length === expected.length && timingSafeEqual(given, expected);
	});
}
// #endregion
