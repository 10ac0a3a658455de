import { createHmac, timingSafeEqual } from "node:crypto";
import { keep, refresh } from "../../../../inbox.ts";

/** The older events name a record that has changed; a milestone has an id of its own. */
type SpritzEvent =
	| { readonly id: string; readonly eventName: string }
	| { readonly eventId: string; readonly event: string };

// #region route
export async function POST(request: Request): Promise<Response> {
	const body = Buffer.from(await request.arrayBuffer());
	// One, or with a space between them the new one and the old one. No secret must not pass for an empty one.
	const secrets = process.env.SPRITZ_WEBHOOK_SECRET?.match(/\S+/g) ?? [];
	if (!isGenuine(request.headers.get("Signature") ?? "", body, secrets))
		return new Response(null, { status: 401 });

	const event: SpritzEvent = JSON.parse(body.toString());
	if ("eventId" in event) await keep(event.eventId, event);
	// Without an id or a time, it says no more than that there is news: ask the API for the record later.
	else await refresh(event.id);
	return new Response(null, { status: 204 });
}
// #endregion

// #region verify
function isGenuine(
	signature: string,
	body: Buffer,
	secrets: readonly string[],
): boolean {
	const given = Buffer.from(signature, "hex");
	return secrets.some((secret) => {
		const expected = createHmac("sha256", secret).update(body).digest();
		return given.length === expected.length && timingSafeEqual(given, expected);
	});
}
// #endregion
