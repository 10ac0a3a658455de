import type { Context, Deliveries } from "../contract/operation.ts";
import type { EventRecord } from "../contract/records.ts";
import type { Dispatcher } from "../delivery/dispatcher.ts";
import type { Journal } from "../delivery/journal.ts";
import type { Provider } from "../provider.ts";
import type { PayloadRequest } from "./payload.ts";

/** What changes under a session's hands, asked for when it is needed. */
interface Running {
	dispatcher(): Dispatcher;
	context(): Context;
	compose(type: string, request: PayloadRequest): EventRecord;
}

/** The deliveries of one provider, as its own operations see and steer them. */
export function createDeliveries(
	provider: Provider,
	journal: Journal,
	running: Running,
): Deliveries {
	function get(id: string) {
		const delivery = journal.get(id);
		return delivery?.event.provider === provider.id ? delivery : undefined;
	}
	return {
		newest: () =>
			[...journal.newest()].filter(
				({ event }) => event.provider === provider.id,
			),
		of: (endpoint) => journal.of(provider.id, endpoint),
		get,
		health: (key) => running.dispatcher().health(key),
		forgive: (key) => running.dispatcher().resetFailures(key),
		attempt: (id) => running.dispatcher().attempt(id),
		resend(id) {
			const delivery = get(id);
			const endpoint =
				delivery && provider.endpoint(delivery.endpoint, running.context());
			return (
				delivery &&
				endpoint &&
				running
					.dispatcher()
					.deliver(delivery.event, endpoint, { parent: delivery })
			);
		},
		async probe(endpoint, type, payload) {
			const merge = payload as Record<string, unknown>;
			const event = running.compose(type, { merge });
			journal.happened(event, 1);
			return running.dispatcher().probe(event, endpoint);
		},
	};
}
