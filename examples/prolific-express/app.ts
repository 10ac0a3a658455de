import { createHmac, timingSafeEqual } from "node:crypto";
import express, { type Express, type Request } from "express";
import { once } from "./once.ts";

export interface StudyEvent {
	readonly event_type: string;
	readonly resource_id: string;
	readonly status?: string;
}

export interface Settings {
	/** The signing secret; while it is being changed, the new one and the old one. */
	readonly secrets: () => readonly string[];
	/** Puts the event where a worker finds it, and resolves once it is safe there. */
	readonly store: (event: StudyEvent, sentAt: number) => Promise<void>;
	/** Epoch milliseconds. */
	readonly now?: () => number;
}

const tolerance = 5 * 60_000;

export function createApp({
	secrets,
	store,
	now = Date.now,
}: Settings): Express {
	const app = express();
	const storeOnce = once(store);

	// #region route
	// The raw body, for this route alone: the signature is over the bytes as they came.
	const raw = express.raw({ type: "*/*", limit: "1mb" });

	app.post("/webhooks/prolific", raw, async (request, response) => {
		const body: unknown = request.body;
		const id = request.get("X-Event-ID");
		if (!Buffer.isBuffer(body) || !isGenuine(request, body, secrets(), now()))
			return void response.sendStatus(401);
		if (id === undefined) return void response.sendStatus(400);

		const sentAt = Number(request.get("X-Timestamp"));
		await storeOnce(id, JSON.parse(body.toString()), sentAt);
		// Only now: whatever goes wrong before is answered with 500, and Prolific tries again.
		response.sendStatus(204);
	});
	// #endregion
	return app;
}

// #region verify
function isGenuine(
	request: Request,
	body: Buffer,
	secrets: readonly string[],
	now: number,
): boolean {
	const timestamp = request.get("X-Prolific-Request-Timestamp") ?? "";
	const given = Buffer.from(request.get("X-Prolific-Request-Signature") ?? "");
	if (!(Math.abs(now - Number(timestamp) * 1000) <= tolerance)) return false;
	return secrets.some((secret) => {
		const hmac = createHmac("sha256", secret).update(timestamp).update(body);
		const expected = Buffer.from(hmac.digest("base64"));
		return given.length === expected.length && timingSafeEqual(given, expected);
	});
}
// #endregion
