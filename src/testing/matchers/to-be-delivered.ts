import {
	describeUndelivered,
	evidence,
	unmatched,
} from "../../hooks/undelivered.ts";
import type { MatcherContext, MatcherResult } from "./context.ts";
import { readReceived } from "./received.ts";

/** Waits for the attempts that are under way, never for time to pass. */
export async function toBeDelivered(
	this: MatcherContext,
	received: unknown,
): Promise<MatcherResult> {
	const { engine, event, deliveries } = readReceived(received);
	await engine.idle();
	const missing = deliveries.filter(({ state }) => state !== "delivered");
	const pass = deliveries.length > 0 && missing.length === 0;
	const wanted = this.isNot ? "no delivery to arrive" : "a delivery to arrive";
	const found =
		deliveries.length === 0
			? `Expected ${wanted}: ${unmatched(engine, event)}`
			: `Expected ${wanted}, and it did.`;
	// Asking a receiver has effects, so a test that is content is left alone.
	const text =
		missing.length > 0 && !this.isNot
			? await describeUndelivered(engine, deliveries, missing)
			: `${found}\n${evidence(engine, deliveries)}`;
	return { pass, message: () => text };
}
