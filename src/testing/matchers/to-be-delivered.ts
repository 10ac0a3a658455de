import type { Delivery } from "../../contract/records.ts";
import { explainDelivery } from "../../hooks/explain-delivery.ts";
import type { MatcherContext, MatcherResult } from "./context.ts";
import { evidence } from "./evidence.ts";
import { type Received, readReceived } from "./received.ts";

/** Waits for the attempts that are under way, never for time to pass. */
export async function toBeDelivered(
	this: MatcherContext,
	received: unknown,
): Promise<MatcherResult> {
	const read = readReceived(received);
	await read.engine.idle();
	const missing = read.deliveries.filter(({ state }) => state !== "delivered");
	const pass = read.deliveries.length > 0 && missing.length === 0;
	// Asking a receiver has effects, so a test that is content is left alone.
	const found =
		pass || this.isNot ? undefined : await explanation(read, missing);
	const shown = evidence(read, found);
	return { pass, message: () => `${verdict(read, missing)}\n${shown}` };
}

function verdict(
	{ deliveries }: Received,
	missing: readonly Delivery[],
): string {
	if (deliveries.length === 0)
		return "Expected a delivery to arrive: the event matched no endpoint.";
	if (missing.length === 0)
		return "Expected no delivery to arrive, and it did.";
	const all =
		deliveries.length === 1
			? "the delivery"
			: `all ${deliveries.length} deliveries`;
	return `Expected ${all} to arrive: ${missing.map(({ state }) => state).join(", ")}.`;
}

/** Of the first that was rejected; what a receiver cannot do at the moment has nothing to do with a signature. */
async function explanation(
	{ engine }: Received,
	missing: readonly Delivery[],
): Promise<string | undefined> {
	const rejected = missing.find(({ attempts }) => {
		const status = attempts.at(-1)?.response?.status ?? 0;
		return status >= 400 && status < 500;
	});
	if (rejected === undefined) return undefined;
	return (await explainDelivery(engine, rejected)).text;
}
