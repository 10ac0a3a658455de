import type { Delivery } from "../contract/records.ts";
import { apparentNow } from "../delivery/real-timers.ts";
import { pinnedAt } from "../engine/addressing.ts";
import type { Engine } from "../engine/engine.ts";
import { type Explanation, explain } from "../explain/explain.ts";
import { isUrl, type Receiver } from "../receivers/receiver.ts";
import { transportTo } from "../receivers/transport-to.ts";

export type { Explanation } from "../explain/explain.ts";

/** By engine, who gets its deliveries: known to whoever made the engine, and asked for by who has a delivery alone. */
const receivers = new WeakMap<Engine, Receiver>();

export function rememberReceiver(engine: Engine, receiver: Receiver): void {
	receivers.set(engine, receiver);
}

/**
 * Why the receiver rejected a delivery. One in this process is asked: it gets the delivery again, some of them signed
 * as its mistake would have it.
 */
export async function explainDelivery(
	engine: Engine,
	delivery: Delivery,
): Promise<Explanation> {
	const { event, url } = delivery;
	const { provider, context, signer } = engine.session(event.provider);
	const { secrets } =
		provider.endpoint(delivery.endpoint, context) ??
		pinnedAt(provider, url, event, context).pinned;
	const receiver = receivers.get(engine);
	const send =
		receiver === undefined || isUrl(receiver)
			? undefined
			: transportTo(receiver)(engine.clock);
	// A receiver judges a timestamp by the machine's clock.
	try {
		return await explain({
			delivery,
			secrets,
			signer,
			now: apparentNow,
			send,
		});
	} finally {
		await send?.close();
	}
}
