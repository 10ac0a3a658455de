import type { MatcherResult } from "./context.ts";
import { evidence } from "./evidence.ts";
import { readReceived } from "./received.ts";

/** Waits for the attempts that are under way, never for time to pass. */
export async function toBeDelivered(received: unknown): Promise<MatcherResult> {
	const read = readReceived(received);
	await read.engine.idle();
	const { deliveries } = read;
	const missing = deliveries.filter(({ state }) => state !== "delivered");
	const pass = deliveries.length > 0 && missing.length === 0;
	const text = pass
		? "Expected no delivery to arrive, and it did."
		: deliveries.length === 0
			? "Expected a delivery to arrive: the event matched no endpoint."
			: `Expected ${deliveries.length === 1 ? "the delivery" : `all ${deliveries.length} deliveries`} to arrive: ${missing.map(({ state }) => state).join(", ")}.`;
	const shown = evidence(read);
	return { pass, message: () => `${text}\n${shown}` };
}
